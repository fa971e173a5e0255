import { cache } from '@holdfast/cache'
import { circuitBreaker, type CircuitBreakerOptions } from '@holdfast/circuit-breaker'
import {
  ADAPTIVE_TIMEOUT_DEFAULTS,
  adaptiveTimeout,
  ConfigurationError,
  deadline,
  pipeline,
  quote,
  timeout,
  type AdaptiveTimeoutOptions,
  type Handler,
  type Policy,
  type Provider,
  type TimeoutOptions,
  type Universal,
} from '@holdfast/core'
import { degrade, fallback } from '@holdfast/fallback'
import { hedge } from '@holdfast/hedge'
import { interrupt, resume } from '@holdfast/interrupt'
import { admit, limits, pace, type Limits } from '@holdfast/limit'
import { auto } from '@holdfast/providers'
import { retry, type RetryOptions } from '@holdfast/retry'

import { judges, RESTART } from './answers.ts'
import { STANDARD_DEFAULTS, type SingleOptions, type StandardOptions } from './options.ts'
import { listed, type Listed } from './targets.ts'

/** What must be left of a call's time for the cache or the stand-in to answer in time: 2 % of it, up to this many ms. */
const MOST_RESERVED_MS = 250
const RESERVED = 0.02

/**
 * A pipeline with every policy in its place and with the defaults that hold: give it targets, or one provider function.
 *
 * @example
 * const chat = standard({ targets: [gpt, claude], deadlineMs: 30_000 })
 * const answer = await chat(request)
 * @throws ConfigurationError for a slot that cannot be
 */
export function standard<Req, Res>(options: StandardOptions<Req, Res>): Handler<Req, Res>
export function standard<Req, Res>(
  call: Provider<Req, Res>,
  options?: SingleOptions<Req, Res>,
): Handler<Req, Res>
export function standard<Req, Res>(
  given: StandardOptions<Req, Res> | Provider<Req, Res>,
  more?: SingleOptions<Req, Res>,
): Handler<Req, Res> {
  if (typeof given === 'function') {
    const alone = { provider: given, entries: [], all: undefined, direct: undefined }
    return build(alone, more ?? {})
  }
  if (typeof given !== 'object' || given === null)
    throw new ConfigurationError(
      `standard: it needs { targets: […] } or a provider function, got ${quote(given)}`,
    )
  return build(listed(given.targets, given.call), given)
}

/** With or without hooks it is the same function; its overloads only tell the types apart. */
type RetryWithHooks<Req> = RetryOptions<Req> & {
  readonly adapt: NonNullable<RetryOptions<Req>['adapt']>
}

type Means<Req, Res> = Omit<Listed<Req, Res>, 'all' | 'direct'> & {
  readonly all: Listed<Req, Res>['all'] | undefined
  readonly direct: Listed<Req, Res>['direct'] | undefined
}

const build = <Req, Res>(
  { provider, entries, all, direct }: Means<Req, Res>,
  given: Partial<StandardOptions<Req, Res>>,
): Handler<Req, Res> => {
  const {
    deadlineMs = STANDARD_DEFAULTS.deadlineMs,
    schema,
    validate = [],
    cache: caching,
    interrupt: sequel = STANDARD_DEFAULTS.interrupt,
    degrade: standIn,
    priority,
    limits: limiting,
    retry: retrying,
    hedge: hedging,
    breaker: breaking,
    timeout: timing,
    fallback: falling,
    targets: _targets,
    call: _call,
    ...site
  } = given
  const shared = limiting === false ? undefined : limitsOf(limiting)
  const reservedMs =
    caching === undefined && standIn === undefined
      ? 0
      : Math.min(MOST_RESERVED_MS, RESERVED * deadlineMs)

  // The canonical order. What is `false` is not there.
  const slots: readonly (Policy<Req, Res> | false | undefined)[] = [
    standIn && degrade(standIn),
    caching && cache(caching),
    deadline({ timeoutMs: deadlineMs - reservedMs }),
    sequel === 'restart' && interrupt('restart', RESTART),
    sequel === 'resume' && resume<Req, Res>(),
    shared && admit(shared, { targets: all, ...(priority !== undefined && { priority }) }),
    entries.length > 0 && fallback(entries, falling),
    retrying !== false && retry<Req, Res>(retryOf(retrying) as RetryWithHooks<Req>),
    hedging !== false && hedge({ ...hedging, targets: direct }),
    ...judges<Req, Res>(schema, sequel === 'restart'),
    ...validate,
    breaking !== false && circuitBreaker(breakerOf(breaking, timing, (all?.length ?? 1) > 1)),
    shared && pace(shared),
    timing !== false && timeoutOf(timing, deadlineMs),
  ]
  const policies = slots.filter((slot) => typeof slot === 'function')
  return pipeline(provider, policies, { dialect: auto, ...site })
}

const limitsOf = (given: SingleOptions<unknown, unknown>['limits']): Limits =>
  typeof (given as Limits | undefined)?.learn === 'function'
    ? (given as Limits)
    : limits(given as Exclude<typeof given, Limits | false>)

/** A bad answer says nothing about when a good one may come: there is nothing to wait for. */
const retryOf = <Req>(given: RetryOptions<Req> | undefined): RetryOptions<Req> =>
  typeof given?.baseDelayMs === 'number'
    ? given
    : { ...given, baseDelayMs: { ...STANDARD_DEFAULTS.baseDelayMs, ...given?.baseDelayMs } }

const timeoutOf = (
  given: AdaptiveTimeoutOptions | TimeoutOptions | undefined,
  deadlineMs: number,
): Universal<'timeout', 11> =>
  isFixed(given)
    ? timeout(given)
    : // A stream that froze must leave the time for another that may freeze as well.
      adaptiveTimeout({
        idleMs: Math.min(ADAPTIVE_TIMEOUT_DEFAULTS.idleMs, deadlineMs / 4),
        ...given,
      })

const isFixed = (given: object | undefined): given is TimeoutOptions =>
  given !== undefined &&
  ['timeoutMs', 'firstContentMs', 'totalMs'].some((name) => Object.hasOwn(given, name))

/** A window that two fixed attempts do not fit into would prove nothing (T77). */
const breakerOf = (
  given: CircuitBreakerOptions | undefined,
  timing: SingleOptions<unknown, unknown>['timeout'],
  elsewhere: boolean,
): CircuitBreakerOptions => {
  const { slowCallMs, ...breaker } = STANDARD_DEFAULTS.breaker
  const attemptMs =
    timing !== false && isFixed(timing)
      ? Math.max(timing.timeoutMs ?? 0, timing.firstContentMs ?? 0, timing.totalMs ?? 0)
      : 0
  const windowMs = Math.max(breaker.windowMs ?? 0, attemptMs < Infinity ? 2 * attemptMs : 0)
  // Where there is nowhere else to go, a slow answer is better than none.
  return { ...breaker, windowMs, ...(elsewhere && { slowCallMs }), ...given }
}
