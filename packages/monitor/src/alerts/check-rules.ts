import {
  ConfigurationError,
  faultKinds,
  integer,
  milliseconds,
  number,
  oneOf,
  optional,
  ratio,
  resolveOptions,
  rule,
  text,
  type Rule,
} from '@holdfast/core'

import { BASELINE_MS, BUCKET_MS, WINDOW_MS } from '../series.ts'
import type { AlertRule, Condition } from './alert.ts'

/** A rule that looks further back than is remembered would be silent, and one that looks at less than a bucket blind. */
const within = (least: number, most: number): Rule =>
  rule(
    `a number of milliseconds from ${least} to ${most}`,
    (v) => typeof v === 'number' && v >= least && v <= most,
  )
const windowMs = within(BUCKET_MS, WINDOW_MS)
const compared = {
  factor: number(1),
  windowMs,
  baselineMs: within(60_000, BASELINE_MS),
  minSamples: integer(1),
}

/** What each kind of condition must say. */
const CONDITIONS: {
  readonly [K in Condition['kind']]: Readonly<Record<string, Rule>>
} = {
  'error-rate': { above: number(0), windowMs, minSamples: integer(1) },
  'circuit-open': { faults: optional(faultKinds) },
  'last-option': { windowMs },
  slower: compared,
  'cost-rate': { usdPerHour: number(0), windowMs },
  'budget-spent': { above: ratio },
  'unknown-rising': compared,
  'retries-stacked': {},
}
const RULE = {
  name: text,
  severity: oneOf('page', 'ticket'),
  summary: text,
  when: rule('a condition', (v) => typeof v === 'object' && v !== null),
  holdMs: milliseconds(),
  keepMs: milliseconds(),
}

const checked = (given: AlertRule, place: number): AlertRule => {
  const owner = `monitor: rules[${place}]`
  if (given === undefined || given === null)
    throw new ConfigurationError(`${owner} must be a rule, got ${String(given)}`)
  const alertRule = resolveOptions<AlertRule>(owner, given, {}, RULE)
  const { kind, ...says } = alertRule.when
  const conditions: Readonly<Record<string, Readonly<Record<string, Rule>>>> = CONDITIONS
  resolveOptions(`${owner}.when`, { kind }, {}, { kind: oneOf(...Object.keys(conditions)) })
  const when = resolveOptions<object>(`${owner}.when`, says, {}, conditions[kind]!)
  return { ...alertRule, when: { kind, ...when } as Condition }
}

/**
 * The rules, copied, when each of them can hold and has a name of its own.
 *
 * @throws ConfigurationError with a sentence that names the rule, the option and the value
 */
export const checkRules = (given: readonly AlertRule[]): readonly AlertRule[] => {
  const rules = given.map((one, place) => checked(one, place))
  rules.forEach(({ name }, place) => {
    // Alerts are told apart by it.
    if (rules.findIndex((other) => other.name === name) !== place)
      throw new ConfigurationError(`monitor: rules[${place}] is the second rule named '${name}'`)
  })
  return rules
}
