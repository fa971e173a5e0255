import type { Check } from '../check.ts'
import type { Hint } from '../hints.ts'
import type { Place, Plan } from '../plan.ts'
import type { ProblemName } from '../problems/problem.ts'
import type { ChaosRequest } from '../request.ts'

/** What an error can be told: its status, and when to come back. */
export interface ProblemOptions {
  /** @default the provider's own */
  readonly status?: number
  /** When to come back, in ms. @default 1000 for `rate-limited`, otherwise no hint at all */
  readonly retryAfterMs?: number
  /** In which dialect to say so. @default 'retry-after' */
  readonly hint?: Hint
}

/** Nothing to be told. */
export type NoOptions = object

/** Every fault, with what it can be told. */
export interface FaultOptions extends Readonly<Record<ProblemName, ProblemOptions>> {
  /** Latency and time per token times `factor`, plus `delayMs`. */
  readonly slow: { readonly factor?: number; readonly delayMs?: number }
  /** Silence before the headers or half-way through the body, for ever or for so long. */
  readonly stalled: { readonly at?: Place; readonly forMs?: number }
  /** The connection breaks before the headers or half-way through the body. */
  readonly reset: { readonly at?: Place }
  /** The body ends half-way, cleanly: truncated JSON, a stream without its terminator. */
  readonly cut: NoOptions
  /** The body is not JSON, by one character. */
  readonly garbled: NoOptions
  /** A web page with status 200. */
  readonly 'html-page': NoOptions
  /** An error inside a 200: an event after this share of a stream, or the whole body. */
  readonly 'error-event': { readonly after?: number; readonly problem?: ProblemName }
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

/** The name of a fault. */
export type FaultName = keyof FaultOptions

/** One fault of a phase. */
export type FaultSpec<Name extends FaultName = FaultName> = {
  readonly [K in Name]: {
    readonly fault: K
    /** The share of attempts that it meets. @default 1 */
    readonly probability?: number
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
