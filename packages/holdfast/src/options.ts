import type { CacheOptions } from '@holdfast/cache'
import type { CircuitBreakerOptions } from '@holdfast/circuit-breaker'
import type {
  AdaptiveTimeoutOptions,
  PipelineOptions,
  Policy,
  Provider,
  TimeoutOptions,
} from '@holdfast/core'
import type { degrade, FallbackEntry, FallbackOptions } from '@holdfast/fallback'
import type { HedgeOptions } from '@holdfast/hedge'
import type { AdmitOptions, Limits, LimitsOptions } from '@holdfast/limit'
import type { BaseDelays, RetryOptions } from '@holdfast/retry'
import type { Schema } from '@holdfast/validators'

/** The slots that every standard pipeline has. `false` leaves a slot empty. */
export interface SingleOptions<Req, Res> extends PipelineOptions<Req> {
  /** Longest time of a whole call, waits and all attempts included, in milliseconds. @default 60_000 */
  readonly deadlineMs?: number
  /** Answers must be JSON of this schema; anything else is asked for again. @default any answer that is whole and not empty */
  readonly schema?: Schema
  /** Checks of your own, after those. */
  readonly validate?: readonly Policy<Req, Res>[]
  /** Whose answers are kept, and for how long: product decisions. @default none are kept */
  readonly cache?: CacheOptions<Req, Res>
  /** What follows when a stream breaks in the consumer's hands. @default 'error': a typed error that holds what came */
  readonly interrupt?: 'error' | 'restart' | 'resume'
  /** The answer when all else failed: a product decision. @default the error */
  readonly degrade?: Parameters<typeof degrade<Req, Res>>[0]
  /** Who goes first when calls must wait. @default 'interactive' */
  readonly priority?: AdmitOptions['priority']
  readonly limits?: Limits | LimitsOptions | false
  readonly retry?: RetryOptions<Req> | false
  readonly hedge?: Omit<HedgeOptions, 'targets'> | false
  readonly breaker?: CircuitBreakerOptions | false
  /** Of one attempt: by what the target usually takes, or fixed. @default { p95Times: 4, minMs: 2_000, maxMs: 60_000, idleMs: 15_000 } */
  readonly timeout?: AdaptiveTimeoutOptions | TimeoutOptions | false
}

/** A route with a list of targets. */
export interface StandardOptions<Req, Res> extends SingleOptions<Req, Res> {
  /** Where calls go, in order of preference: targets, provider functions, pipelines. */
  readonly targets: readonly FallbackEntry<Req, Res>[]
  /** How targets without a `call` of their own are reached. */
  readonly call?: Provider<Req, Res>
  readonly fallback?: FallbackOptions<Req>
}

/** What `standard` does where it is not told, beyond the defaults of its policies. */
export const STANDARD_DEFAULTS: {
  readonly deadlineMs: number
  readonly interrupt: 'error'
  readonly breaker: CircuitBreakerOptions
  readonly baseDelayMs: BaseDelays
} = {
  deadlineMs: 60_000,
  interrupt: 'error',
  // With somewhere else to go a breaker may be quick to open: a call that was sent away in vain loses nothing.
  breaker: {
    consecutiveFailures: 3,
    failureRatio: 0.5,
    minimumCalls: 6,
    windowMs: 10_000,
    slowCallMs: { p95Times: 2 },
    openMs: 3_000,
    openFactor: 2,
    maxOpenMs: 15_000,
    evacuate: true,
    whenAllOpen: 'probe',
    openJitter: 0.2,
  },
  // A bad answer says nothing about when a good one may come: there is nothing to wait for.
  baseDelayMs: { empty: 0, truncated: 0, 'invalid-output': 0, incomplete: 0 },
}
