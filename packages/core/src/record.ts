import type { Usage } from './dialect.ts'
import type { Fault } from './fault.ts'
import type { Health } from './health.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Price } from './target.ts'

/** How an attempt ended. `failed` as soon as it is called off; `discarded` if it answers after that: it is paid for. */
export type Outcome = 'pending' | 'succeeded' | 'failed' | 'discarded'

/** One upstream request, recorded by the innermost hop. Times are monotonic milliseconds. */
export interface Attempt {
  /** 1, 2, 3… over the whole call, nested pipelines included. */
  n: number
  /** The target's id. */
  readonly target: string
  readonly provider: string
  readonly model: string | undefined
  /** The name of the target's credential. */
  readonly key: string | undefined
  readonly price: Price | undefined
  /** Undefined where nobody asked for times: neither a listener, nor a report, nor a policy that is `timed`. */
  readonly startedAt: number | undefined
  /** When the first content of a stream, or the whole answer, had come; undefined like `startedAt`. */
  firstContentAt: number | undefined
  endedAt: number | undefined
  /** A stream is `pending` until it is really over. */
  outcome: Outcome
  fault: Fault | undefined
  /** What it used, where the pipeline has a dialect to read it with; estimated where it broke before it could tell. */
  usage: Usage | undefined
  /** The provider and model that the answer names. */
  servedModel: string | undefined
}

/** An attempt while it runs. */
export interface RunningAttempt extends Attempt {
  /** The provider's own promise: it may go on when a limit has long given up on it, and with it the place it takes. */
  work: Promise<unknown> | undefined
}

/** A target that was passed over without a request, and why. */
export interface Skip {
  readonly target: string
  readonly reason: string
}

/** What a cache did for this call. */
export interface CacheNote {
  readonly status: 'hit' | 'miss' | 'stale' | 'coalesced' | 'bypass'
  readonly key: string | undefined
  /** Age of the answer in milliseconds; 0 when it is fresh. */
  readonly ageMs: number
}

/** What is known of one call while it runs: shared by all its forks and by nested pipelines. */
export interface CallRecord {
  readonly id: string
  readonly attempts: readonly Attempt[]
  /** The one that was begun last. */
  readonly latest: RunningAttempt | undefined
  /** Monotonic time of the last thing that the call saw, up to a tick old where nobody asked for times; read once and shared by all who ask. */
  readonly at: number
  /** The call that this background work was started by. */
  readonly parent: CallRecord | undefined
  readonly retryBudget: RetryBudget
  readonly health: Health
  readonly skipped: Skip[]
  cache: CacheNote | undefined
  /** Set by `degrade`: the answer is a stand-in. */
  degraded: boolean
}

/** What one call did; settles when the answer is over. */
export interface CallReport {
  readonly callId: string
  readonly route: string
  readonly durationMs: number
  readonly attempts: readonly Readonly<Attempt>[]
  readonly skipped: readonly Skip[]
  readonly cache: CacheNote | undefined
  readonly degraded: boolean
  /** The attempt that answered; undefined for an answer from a cache or from `degrade`. */
  readonly served:
    | { readonly target: string; readonly provider: string; readonly model: string | undefined }
    | undefined
  /** Tokens of the attempt that served. */
  readonly usage: Usage
  /** Tokens of all attempts, the failed ones included. */
  readonly totalUsage: Usage
}
