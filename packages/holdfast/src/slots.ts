import type { CircuitBreakerOptions } from '@holdfast/circuit-breaker'
import {
  ADAPTIVE_TIMEOUT_DEFAULTS,
  adaptiveTimeout,
  timeout,
  type AdaptiveTimeoutOptions,
  type TimeoutOptions,
  type Universal,
} from '@holdfast/core'
import { limits, type Limits, type LimitsOptions } from '@holdfast/limit'
import type { RetryOptions } from '@holdfast/retry'

import { STANDARD_DEFAULTS } from './options.ts'

/** What is given, laid over what stands here else: `undefined` never overrides a default. */
const over = <T extends object>(defaults: T, given: T | undefined): T => ({
  ...defaults,
  ...(Object.fromEntries(
    Object.entries(given ?? {}).filter(([, value]) => value !== undefined),
  ) as T),
})

export const limitsOf = (given: Limits | LimitsOptions | undefined): Limits =>
  given !== undefined && 'learn' in given ? given : limits(given)

/** With or without hooks it is the same function; the overloads of `retry` only tell the types apart. */
type RetryWithHooks<Req> = RetryOptions<Req> & {
  readonly adapt: NonNullable<RetryOptions<Req>['adapt']>
}

/** A bad answer says nothing about when a good one may come: there is nothing to wait for. */
export const retryOf = <Req>(given: RetryOptions<Req> = {}): RetryWithHooks<Req> => {
  const { baseDelayMs } = given
  const waits =
    typeof baseDelayMs === 'number' ? baseDelayMs : over(STANDARD_DEFAULTS.baseDelayMs, baseDelayMs)
  return { ...given, baseDelayMs: waits } as RetryWithHooks<Req>
}

type Timing = AdaptiveTimeoutOptions | TimeoutOptions

export const timeoutOf = (
  given: Timing | undefined,
  deadlineMs: number,
): Universal<'timeout', 11> => {
  if (isFixed(given)) return timeout(given)
  // A stream that froze must leave the time for another that may freeze as well.
  const idleMs = Math.min(ADAPTIVE_TIMEOUT_DEFAULTS.idleMs, Math.max(1, deadlineMs / 4))
  return adaptiveTimeout(over<AdaptiveTimeoutOptions>({ idleMs }, given))
}

const FIXED = ['timeoutMs', 'firstContentMs', 'totalMs'] as const

const isFixed = (given: Timing | undefined): given is TimeoutOptions =>
  given !== undefined && FIXED.some((name) => (given as TimeoutOptions)[name] !== undefined)

/** The longest that a fixed timeout lets one attempt take, in ms; 0 where it is learned. */
export const attemptMsOf = (given: Timing | false | undefined): number =>
  given !== false && isFixed(given) ? Math.max(...FIXED.map((name) => given[name] ?? 0)) : 0

/** @param elsewhere is there another target to go to? */
export const breakerOf = (
  given: CircuitBreakerOptions | undefined,
  timing: Timing | false | undefined,
  elsewhere: boolean,
): CircuitBreakerOptions => {
  const { slowCallMs, windowMs = 0, ...breaker } = STANDARD_DEFAULTS.breaker
  const attemptMs = attemptMsOf(timing)
  return over<CircuitBreakerOptions>(
    {
      ...breaker,
      // A window that two fixed attempts do not fit into would prove nothing (T77).
      windowMs: Math.max(windowMs, attemptMs < Infinity ? 2 * attemptMs : 0),
      // Where there is nowhere else to go, a slow answer is better than none.
      ...(elsewhere && { slowCallMs }),
    },
    given,
  )
}
