import type { Check } from '../check.ts'
import type { Hint } from '../hints.ts'
import type { Place, Point } from '../place.ts'
import type { CutEnd, Missing, Plan } from '../plan.ts'
import type { ProblemName } from '../problems/problem.ts'
import type { ChaosRequest } from '../request.ts'

/** What an error can be told: its status, and when to come back. */
export interface ProblemOptions {
  /** @default the provider's own */
  readonly status?: number
  /** When to come back, in ms. @default 1000 for `rate-limited`, otherwise no hint at all */
  readonly retryAfterMs?: number
  /** In which dialect to say so. @default the provider's own: 'retry-info' of Gemini, else 'retry-after' */
  readonly hint?: Hint
}

/** Nothing to be told. */
export type NoOptions = object

/** Every fault, with what it can be told. */
export interface FaultOptions extends Readonly<Record<ProblemName, ProblemOptions>> {
  /** Latency and time per token times `factor`, plus `delayMs`. */
  readonly slow: { readonly factor?: number; readonly delayMs?: number }
  /** The body comes a few bytes at a time, cut anywhere. */
  readonly 'slow-drip': { readonly bytes?: number; readonly everyMs?: number }
  /** Silence, for ever or for so long; with `pingMs`, pings and comments keep the stream open meanwhile. */
  readonly stalled: { readonly at?: Place; readonly forMs?: number; readonly pingMs?: number }
  /** The connection breaks. */
  readonly reset: { readonly at?: Place }
  /** The body ends early: truncated JSON, a stream without its terminator. @default at 'body', end 'clean' */
  readonly cut: { readonly at?: BodyPlace; readonly end?: CutEnd }
  /** All was said, but a stream lacks what ends it: a finish reason (default), a `[DONE]`, its last line. */
  readonly 'bad-ending': { readonly missing?: Missing }
  /** The body is not JSON, by one character; of a stream, the event after a place. */
  readonly garbled: { readonly at?: BodyPlace }
  /** A web page with status 200. */
  readonly 'html-page': NoOptions
  /** A 200 without a single byte of body. */
  readonly 'empty-body': NoOptions
  /** An error inside a 200: an event after a share of a stream or at a place in it, or the whole body. */
  readonly 'error-event': { readonly after?: Point; readonly problem?: ProblemName }
  /** The answer does not tell what it costs; the books do. */
  readonly 'no-usage': NoOptions
  /** A 200 that says nothing. */
  readonly empty: NoOptions
  /** The model declines. */
  readonly refusal: NoOptions
  /** The answer stops half-way and says so: `length`, `max_tokens`. */
  readonly truncated: NoOptions
  /** The provider's filter stops the answer. */
  readonly 'content-filter': NoOptions
  /** JSON that ends half-way although the model says that it is done. JSON requests only. */
  readonly 'invalid-json': NoOptions
  /** Good JSON in a fence, with prose around it. JSON requests only. */
  readonly 'fenced-json': NoOptions
  /** JSON of another schema. JSON requests only. */
  readonly 'wrong-schema': NoOptions
  /** A real token bucket: what exceeds it is `rate-limited`. */
  readonly 'rate-limit': {
    readonly requestsPerSecond?: number
    readonly requestsPerMinute?: number
    /** Requests that an idle bucket lets through at once. @default one second's worth */
    readonly burst?: number
    readonly hint?: Hint
  }
}

/** A place in a body. */
type BodyPlace = Exclude<Place, 'headers'>

/** The name of a fault. */
export type FaultName = keyof FaultOptions

/** One fault of a phase. */
export type FaultSpec<Name extends FaultName = FaultName> = {
  readonly [K in Name]: {
    readonly fault: K
    /** The share of attempts that it meets. @default 1 */
    readonly probability?: number
    /** It meets only the first so many attempts of a request. @default all of them */
    readonly attempts?: number
  } & FaultOptions[K]
}[Name]

/** A fault: the options that it takes, and what it makes of the plan for a request. */
export interface Fault<Options> {
  readonly options: { readonly [K in keyof Options]-?: Check }
  readonly apply: (plan: Plan, options: Options, request: ChaosRequest) => Plan
  /** @default every request */
  readonly appliesTo?: (request: ChaosRequest) => boolean
}

/** A table of some faults. */
export type FaultTable<Name extends FaultName> = {
  readonly [K in Name]: Fault<FaultOptions[K]>
}
