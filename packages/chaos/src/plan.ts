import type { Completion } from './completion.ts'
import type { Hint } from './hints.ts'
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

/** What the server says: an answer of the model, an error, or a web page. */
type Reply =
  | { readonly kind: 'answer'; readonly completion: Completion }
  | ProblemReply
  | { readonly kind: 'page' }

/** How the bytes travel. */
export type Delivery =
  | { readonly how: 'whole' }
  /** One token of JSON is broken on the way. */
  | { readonly how: 'garbled' }
  /** Nothing more comes for so long (Infinity: until the client leaves), then the rest does. */
  | { readonly how: 'stalled'; readonly at: Place; readonly forMs: number }
  /** The connection breaks. */
  | { readonly how: 'reset'; readonly at: Place }
  /** The body ends half-way, as if it were whole. */
  | { readonly how: 'cut' }
  /** After this share of the answer, a stream reports an error. */
  | { readonly how: 'error-event'; readonly after: number; readonly problem: ProblemName }

/** Where in a response something happens: before its headers, or half-way through its body. */
export type Place = 'headers' | 'body'

/** What will happen to one request: pure data, decided before the first byte goes out. */
export interface Plan {
  readonly reply: Reply
  readonly delivery: Delivery
  /** Multiplies the latency and the time per token. */
  readonly factor: number
  /** Added before the headers. */
  readonly delayMs: number
}
