import type { Completion } from './completion.ts'
import type { Hint } from './hints.ts'
import type { Place, Point } from './place.ts'
import type { ProblemName } from './problems/problem.ts'

/** An error, before a provider words it. */
export interface ProblemReply {
  readonly kind: 'problem'
  readonly name: ProblemName
  /** Overrides the provider's own status; 200 hides the error where nobody looks for it. */
  readonly status?: number
  readonly retryAfterMs?: number
  readonly hint?: Hint
}

/** What the server says: an answer of the model, an error, a web page, or not a byte. */
type Reply =
  | { readonly kind: 'answer'; readonly completion: Completion }
  | ProblemReply
  | { readonly kind: 'page' }
  | { readonly kind: 'nothing' }

/** How a body that was cut ends: as if whole, by a broken connection, by a closed one, or inside an event. */
export const CUT_ENDS = ['clean', 'reset', 'close', 'half-event'] as const

/** How a body that was cut ends. */
export type CutEnd = (typeof CUT_ENDS)[number]

/** What the end of a stream can lack: why the model stopped, that the stream is over, its last line. */
export const MISSING = ['finish', 'done', 'blank-line'] as const

/** What the end of a stream can lack. */
export type Missing = (typeof MISSING)[number]

/** How the bytes travel. */
export type Delivery =
  | { readonly how: 'whole' }
  /** It comes in slivers that know nothing of lines, events or characters. */
  | { readonly how: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** One token of JSON is broken on the way. */
  | { readonly how: 'garbled'; readonly at: Point }
  /** Nothing more comes for so long (Infinity: until the client leaves), pings apart, then the rest does. */
  | {
      readonly how: 'stalled'
      readonly at: Place
      readonly forMs: number
      readonly pingMs: number
    }
  /** The connection breaks. */
  | { readonly how: 'reset'; readonly at: Place }
  /** The body ends early. */
  | { readonly how: 'cut'; readonly at: Point; readonly end: CutEnd }
  /** The stream ends when all was said, but without saying so in the way that its protocol wants. */
  | { readonly how: 'bad-ending'; readonly missing: Missing }
  /** At a place in the answer, a stream reports an error and ends. */
  | { readonly how: 'error-event'; readonly after: Point; readonly problem: ProblemName }

/** What will happen to one request: pure data, decided before the first byte goes out. */
export interface Plan {
  readonly reply: Reply
  readonly delivery: Delivery
  /** Multiplies the latency and the time per token. */
  readonly factor: number
  /** Added before the headers. */
  readonly delayMs: number
  /** The answer does not tell what it costs. */
  readonly withoutUsage: boolean
}
