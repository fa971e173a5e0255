import { STANDARD_DEFAULTS, type StandardOptions } from './options.ts'
import { attemptMsOf } from './slots.ts'

/** What cannot be seen from a pipeline: how the world around it is set up. What is left out is taken to be unknown. */
export interface DoctorEnvironment {
  /** The `maxRetries` of the SDK clients that the provider functions call. */
  readonly sdkRetries?: number
  /** Longest time of a call that anything outside grants it (a proxy, a serverless function), in milliseconds. */
  readonly hostTimeoutMs?: number
}

/** One thing to change, and how. */
export interface Finding {
  /** `error`: it will go wrong. `warning`: it may. `advice`: a decision about the product is still to be made. */
  readonly severity: 'error' | 'warning' | 'advice'
  /** Stable and greppable. */
  readonly code: string
  readonly message: string
}

/** What may be asked about; the types of what flows do not matter here. */
export type Options = Partial<StandardOptions<never, unknown>>
/** When to say what. */
export type Check<T> = readonly [
  applies: (subject: T, env: DoctorEnvironment) => boolean,
  finding: Finding,
]

const finding =
  (severity: Finding['severity']) =>
  (code: string, message: string): Finding => ({ severity, code, message })
const error = finding('error')
const warning = finding('warning')
const advice = finding('advice')

const HOST = error(
  'deadline-outlasts-host',
  'the host gives up before the call does, and the user gets its error page: make deadlineMs shorter than the limit of the host',
)
const ONE_TRY = 'a passing failure is not tried again on the same target: '
const SECOND_TARGET = advice(
  'second-target',
  'an outage of the only provider is an outage of yours: a second target is worth two to three nines',
)
const STAND_IN = advice(
  'stand-in',
  'when all else fails the user gets an error: degrade gives a template instead',
)
const CACHE = advice(
  'cache',
  "no answer is kept: cache({ scope, ttlMs, mode: 'stale-if-error' }) answers repeated questions in an outage; whose answers they are is your decision",
)

const deadlineOf = ({ deadlineMs = STANDARD_DEFAULTS.deadlineMs }: Options): number => deadlineMs

/** What can be told of the slots of `standard`. */
export const OF_OPTIONS: readonly Check<Options>[] = [
  [
    (it) => attemptMsOf(it.timeout) >= deadlineOf(it),
    error(
      'attempt-outlasts-deadline',
      'one attempt may take all the time of the call, so that no second one is ever made: make timeout at most half of deadlineMs, or leave it out to have it learned',
    ),
  ],
  [
    ({ breaker, timeout }) =>
      typeof breaker === 'object' && (breaker.windowMs ?? Infinity) < 2 * attemptMsOf(timeout),
    error(
      'window-too-short',
      'the breaker forgets a slow failure before it sees the next: make its windowMs at least twice the timeout of an attempt',
    ),
  ],
  [(it, { hostTimeoutMs = Infinity }) => deadlineOf(it) >= hostTimeoutMs, HOST],
  [({ targets = [] }) => targets.length < 2, SECOND_TARGET],
  [({ degrade }) => degrade === undefined, STAND_IN],
  [({ cache }) => cache === undefined, CACHE],
  [
    ({ cache }) => cache?.scope === 'shared',
    warning(
      'shared-cache',
      "scope 'shared' gives one customer's answers to another: right only where the answer is the same for everybody",
    ),
  ],
  [
    ({ targets = [] }) =>
      targets.some((target) => typeof target === 'object' && target.price === undefined),
    advice(
      'prices',
      'a target has no price of its own: without { inputPerMillion, outputPerMillion }, or a source of prices for monitor(), nobody can tell what an answer costs',
    ),
  ],
  [({ retry }) => retry === false, warning('retry-off', `${ONE_TRY}leave retry on`)],
  [
    ({ schema, validate = [] }) => schema === undefined && validate.length === 0,
    advice(
      'schema',
      'answers are checked for being whole and not empty only: a schema, or a check of your own, finds wrong ones',
    ),
  ],
]

/** What a description tells of a pipeline. */
export interface Chain {
  readonly floors: readonly (string | undefined)[]
  readonly maxMs: number
}
const lacks =
  (floor: string) =>
  ({ floors }: Chain): boolean =>
    !floors.includes(floor)
const stands = ({ floors }: Chain, outer: string, inner: string): boolean =>
  floors.includes(outer) && floors.indexOf(outer) < floors.lastIndexOf(inner)

/** What can be told of a pipeline by its description. */
export const OF_PIPELINES: readonly Check<Chain>[] = [
  [
    ({ maxMs }) => maxMs === Infinity,
    error('no-deadline', 'nothing bounds the time of a call: add deadline({ timeoutMs })'),
  ],
  [
    lacks('timeout'),
    error(
      'no-attempt-timeout',
      'an attempt that hangs is never given up, so that no other is made: add adaptiveTimeout() as the innermost',
    ),
  ],
  [
    (it) => stands(it, 'retry', 'cache') || stands(it, 'fallback', 'cache'),
    error(
      'cache-inside-retry',
      'the cache stands inside: a hit waits for pace and breaker, and bad answers are kept before anybody has judged the call. Put it outside',
    ),
  ],
  [({ maxMs }, { hostTimeoutMs = Infinity }) => maxMs < Infinity && maxMs >= hostTimeoutMs, HOST],
  [lacks('retry'), warning('no-retry', `${ONE_TRY}add retry()`)],
  [
    lacks('breaker'),
    warning(
      'no-breaker',
      'a provider that is down is asked again by every call: add circuitBreaker()',
    ),
  ],
  [
    lacks('pace'),
    warning(
      'no-pace',
      'nothing keeps to the rate limits, and what is refused counts against them: add admit(limits) and pace(limits)',
    ),
  ],
  [
    lacks('validate'),
    warning(
      'no-validator',
      'an empty or cut answer passes for a good one: add notEmpty() and notTruncated(), or json(schema)',
    ),
  ],
  [lacks('fallback'), SECOND_TARGET],
  [lacks('degrade'), STAND_IN],
  [lacks('cache'), CACHE],
]
