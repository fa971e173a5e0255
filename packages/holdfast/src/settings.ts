import {
  callable,
  isRecord,
  millisecondsOrForever,
  oneOf,
  optional,
  resolveOptions,
  rule,
  type Rule,
  type Rules,
} from '@holdfast/core'

import { STANDARD_DEFAULTS, type SingleOptions, type StandardOptions } from './options.ts'

const DEFAULTS: Pick<typeof STANDARD_DEFAULTS, 'deadlineMs' | 'interrupt'> & {
  readonly validate: readonly never[]
} = {
  deadlineMs: STANDARD_DEFAULTS.deadlineMs,
  interrupt: STANDARD_DEFAULTS.interrupt,
  validate: [],
}

/** With what has a default of `standard` itself filled in; the rest is for the policies to fill in. */
export type StandardSettings<Req, Res> = Partial<StandardOptions<Req, Res>> &
  Required<Pick<StandardOptions<Req, Res>, keyof typeof DEFAULTS>>

/** Whoever it is handed on to looks at it, and has more to say. */
const anything: Rule = rule('anything', () => true)
const record: Rule = optional(rule('an object of options', isRecord))
const slot: Rule = optional(
  rule('an object of options, or false to leave it out', (v) => v === false || isRecord(v)),
)

const SINGLE: Rules<keyof SingleOptions<never, unknown>> = {
  deadlineMs: millisecondsOrForever(1),
  schema: anything,
  validate: rule(
    'a list of policies',
    (v) => Array.isArray(v) && v.every((one) => callable.test(one)),
  ),
  cache: record,
  interrupt: oneOf('error', 'restart', 'resume'),
  degrade: anything,
  priority: anything,
  limits: slot,
  retry: slot,
  hedge: slot,
  breaker: slot,
  timeout: slot,
  name: anything,
  provider: anything,
  model: anything,
  dialect: anything,
  classify: anything,
  health: anything,
  retryBudget: anything,
  events: anything,
  clock: anything,
  random: anything,
  providerRetries: anything,
}

const LISTED: Rules<keyof StandardOptions<never, unknown>> = {
  ...SINGLE,
  targets: rule('a list with at least one entry', (v) => Array.isArray(v) && v.length > 0),
  call: optional(callable),
  fallback: record,
}

/** @throws ConfigurationError with a sentence that names option and value */
export const settingsOf = <Req, Res>(
  given: Partial<StandardOptions<Req, Res>> | undefined,
  isList: boolean,
): StandardSettings<Req, Res> =>
  resolveOptions<StandardSettings<Req, Res>>(
    'standard',
    given,
    DEFAULTS,
    isList ? LISTED : (SINGLE as typeof LISTED),
  )
