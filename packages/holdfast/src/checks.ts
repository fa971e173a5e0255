import { STANDARD_DEFAULTS, type StandardOptions } from './options.ts'

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
/** A question, with what to say when it applies. */
export type Check<T> = readonly [
  code: string,
  severity: Finding['severity'],
  applies: (subject: T, env: DoctorEnvironment) => boolean,
  message: string,
]

const attemptMsOf = ({ timeout }: Options): number => {
  if (timeout === undefined || timeout === false) return 0
  if ('timeoutMs' in timeout && timeout.timeoutMs !== undefined) return timeout.timeoutMs
  return 'firstContentMs' in timeout ? (timeout.firstContentMs ?? 0) : 0
}
const deadlineOf = ({ deadlineMs = STANDARD_DEFAULTS.deadlineMs }: Options): number => deadlineMs

/** What can be told of the slots of `standard`. */
export const OF_OPTIONS: readonly Check<Options>[] = [
  [
    'attempt-outlasts-deadline',
    'error',
    (it) => attemptMsOf(it) >= deadlineOf(it),
    'one attempt may take all the time of the call, so that no second one is ever made: make timeout at most half of deadlineMs, or leave it out to have it learned',
  ],
  [
    'window-too-short',
    'error',
    ({ breaker, ...it }) =>
      typeof breaker === 'object' && (breaker.windowMs ?? Infinity) < 2 * attemptMsOf(it),
    'the breaker forgets a slow failure before it sees the next: make its windowMs at least twice the timeout of an attempt',
  ],
  [
    'deadline-outlasts-host',
    'error',
    (it, { hostTimeoutMs = Infinity }) => deadlineOf(it) >= hostTimeoutMs,
    'the host gives up before the deadline does, and the user gets its error page: make deadlineMs shorter than the limit of the host',
  ],
  [
    'second-target',
    'advice',
    ({ targets }) => targets === undefined || targets.length < 2,
    'an outage of the only provider is an outage of yours: a second target is worth two to three nines',
  ],
  [
    'stand-in',
    'advice',
    ({ degrade }) => degrade === undefined,
    'when all else fails the user gets an error: degrade gives a template instead',
  ],
  [
    'cache',
    'advice',
    ({ cache }) => cache === undefined,
    "no answer is kept: cache({ scope, ttlMs, mode: 'stale-if-error' }) answers repeated questions in an outage; whose answers they are is your decision",
  ],
  [
    'shared-cache',
    'warning',
    ({ cache }) => cache?.scope === 'shared',
    "scope 'shared' gives one customer's answers to another: right only where the answer is the same for everybody",
  ],
  [
    'prices',
    'advice',
    ({ targets = [] }) =>
      targets.some((target) => typeof target === 'object' && target.price === undefined),
    'a target has no price, so that nobody can tell what an answer costs: { inputPerMillion, outputPerMillion }',
  ],
  [
    'retry-off',
    'warning',
    ({ retry }) => retry === false,
    'a single failure ends the call: leave retry on',
  ],
  [
    'schema',
    'advice',
    ({ schema, validate = [] }) => schema === undefined && validate.length === 0,
    'answers are checked for being whole and not empty only: a schema, or a check of your own, finds wrong ones',
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
  floors.includes(outer) &&
  floors.includes(inner) &&
  floors.indexOf(outer) < floors.lastIndexOf(inner)

/** What can be told of a pipeline by its description. */
export const OF_PIPELINES: readonly Check<Chain>[] = [
  [
    'no-deadline',
    'error',
    ({ floors, maxMs }) => !floors.includes('deadline') && maxMs === Infinity,
    'nothing bounds the time of a call: add deadline({ timeoutMs })',
  ],
  [
    'no-attempt-timeout',
    'error',
    lacks('timeout'),
    'an attempt that hangs is never given up, so that no other is made: add adaptiveTimeout() as the innermost',
  ],
  [
    'cache-inside-retry',
    'error',
    (it) => stands(it, 'retry', 'cache') || stands(it, 'fallback', 'cache'),
    'the cache stands inside: a hit waits for pace and breaker, and bad answers are kept before anybody has judged the call. Put it outside',
  ],
  ['no-retry', 'warning', lacks('retry'), 'a single failure ends the call: add retry()'],
  [
    'no-breaker',
    'warning',
    lacks('breaker'),
    'a provider that is down is asked again by every call: add circuitBreaker()',
  ],
  [
    'no-pace',
    'warning',
    lacks('pace'),
    'nothing keeps to the rate limits, and what is refused counts against them: add admit(limits) and pace(limits)',
  ],
  [
    'no-validator',
    'warning',
    lacks('validate'),
    'an empty or cut answer passes for a good one: add notEmpty() and notTruncated(), or json(schema)',
  ],
  [
    'second-target',
    'advice',
    lacks('fallback'),
    'an outage of the only provider is an outage of yours: a second target is worth two to three nines',
  ],
  [
    'stand-in',
    'advice',
    lacks('degrade'),
    'when all else fails the user gets an error: degrade gives a template instead',
  ],
  [
    'cache',
    'advice',
    lacks('cache'),
    "no answer is kept: cache({ scope, ttlMs, mode: 'stale-if-error' }) answers repeated questions in an outage; whose answers they are is your decision",
  ],
]
