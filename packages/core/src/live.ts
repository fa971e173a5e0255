import type { Seen } from './dialect.ts'
import type { AbortScope } from './scope.ts'

/**
 * An answer that is still coming. It can be iterated once; `@holdfast/core/stream` makes them.
 * Policies need none of this before the first content: until then a stream is an ordinary promise.
 */
export interface AnswerStream<Chunk = unknown> extends AsyncIterable<Chunk> {
  /** What it has said so far. */
  readonly seen: Readonly<Seen>
  /** Chunks with content that have come; bare pings are none. */
  readonly beats: number
  /** Is somebody waiting for the next chunk? A stream that nobody reads does not stall. */
  readonly waiting: boolean
  /** When it is really over: resolves when it is complete, rejects with why it is not. */
  readonly over: Promise<void>
  /** Reads on without handing out until `enough` says so, or to the end; rejects with what the stream fails with. */
  peek(enough: (seen: Readonly<Seen>) => boolean): Promise<void>
  /** Tells of each chunk before it is handed out, and of the end before it counts; a tap that throws fails the stream. */
  tap(tap: StreamTap<Chunk>): void
  /** Takes the first `chars` characters off the text that was read but not yet handed out: the overlap at a seam. */
  dropText(chars: number): void
  /** Asked when the stream breaks in the consumer's hands: what is to follow instead, if anything. `over` then waits for that. */
  recoverWith(recover: Recover<Chunk>): void
  /** Lets go of it: upstream is told at once, and the next read rejects with `reason`. */
  cancel(reason?: unknown): Promise<void>
  /** The chunks with the seams of restarts and continuations between them; plain iteration ends with the error where a reset would be. */
  withSeams(): AsyncIterable<Chunk | Seam>
  toReadableStream(options?: { readonly seams?: boolean }): ReadableStream<Chunk | Seam>
}

export interface StreamTap<Chunk> {
  readonly chunk?: (chunk: Chunk, seen: Readonly<Seen>) => void
  /** Another stream follows the one that broke; its chunks are told next. A `reset` takes back those told before. */
  readonly seam?: (seam: Seam) => void
  readonly end?: (seen: Readonly<Seen>) => void
}

/** Where an answer was broken and goes on. */
export interface Seam {
  readonly type: 'holdfast:seam'
  /** `reset`: forget what was shown, a new answer follows. `resume`: the answer goes on where it broke. */
  readonly kind: 'reset' | 'resume'
  /** The characters of text that were handed out before it. */
  readonly shown: number
  /** Who goes on. */
  readonly provider: string
  readonly model: string | undefined
}

/** A stream that broke in the consumer's hands. */
export interface Break {
  readonly error: unknown
  /** What it had said. */
  readonly seen: Readonly<Seen>
  /** Was content handed out already? If not, a new answer needs no seam. */
  readonly shown: boolean
  /** Does the consumer read with seams? */
  readonly seams: boolean
  /** Aborts when the consumer leaves while it is sought what follows: nobody waits for that any more. */
  readonly consumer: AbortScope
}

/** What follows a break. */
export interface Sequel<Chunk> {
  readonly stream: AnswerStream<Chunk>
  readonly seam: Seam
  /** What stands for the seam in the chunks' own language, for consumers who read without seams. */
  readonly chunk?: Chunk
}

/**
 * Decides what follows a break; `undefined` for nothing: the consumer gets the error. What it rejects with the consumer gets
 * instead. It must settle at once when `consumer` aborts.
 */
export type Recover<Chunk> = (broken: Break) => Promise<Sequel<Chunk> | undefined>

/** Tells a seam from a chunk. */
export const isSeam = (value: unknown): value is Seam =>
  typeof value === 'object' && value !== null && (value as Seam).type === 'holdfast:seam'

/** On every stream and on what carries one. A name, not a symbol: a class with a computed name is kept by bundlers. */
const LIVE = '~holdfast.live'

/** Marks a response that carries a stream (an HTTP response, an SDK's result) with the stream it carries. */
export const carry = <Res extends object>(response: Res, stream: AnswerStream): Res =>
  Object.defineProperty(response, LIVE, { value: stream, configurable: true })

/** The stream that a response is, or carries; undefined for a whole answer. */
export const liveOf = (response: unknown): AnswerStream | undefined =>
  typeof response === 'object' && response !== null
    ? (response as { [LIVE]?: AnswerStream })[LIVE]
    : undefined

/** When an answer is really over: undefined for a plain value (now), a promise for a stream. */
export const settled = (response: unknown): Promise<void> | undefined => liveOf(response)?.over
