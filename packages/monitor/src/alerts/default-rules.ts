import type { AlertRule } from './alert.ts'

const MINUTE_MS = 60_000
const WINDOW_MS = 5 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

/** What is watched for where no rules are given. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  {
    name: 'error-rate',
    severity: 'page',
    summary: '{value} of the calls of {key} failed within five minutes',
    // Fewer than 20 calls: one unlucky one would be 5 % already.
    when: { kind: 'error-rate', above: 0.05, windowMs: WINDOW_MS, minSamples: 20 },
    holdMs: 0,
    keepMs: MINUTE_MS,
  },
  {
    name: 'circuit-open',
    severity: 'page',
    summary: 'The circuit of {key} is open: nothing is sent there',
    when: { kind: 'circuit-open' },
    holdMs: 0,
    // Longer than a default break and its probe: a target that flaps is one alert, not ten.
    keepMs: 2 * MINUTE_MS,
  },
  {
    name: 'last-option',
    severity: 'page',
    summary: 'Calls of {key} are down to the last option of their fallback list',
    when: { kind: 'last-option', windowMs: MINUTE_MS },
    holdMs: 0,
    keepMs: MINUTE_MS,
  },
  {
    name: 'latency-doubled',
    severity: 'page',
    summary: 'Calls of {key} take {value} times as long as in the hour before',
    when: {
      kind: 'slower',
      factor: 2,
      windowMs: WINDOW_MS,
      baselineMs: HOUR_MS,
      minSamples: 50,
    },
    holdMs: 0,
    keepMs: MINUTE_MS,
  },
  {
    name: 'budget-nearly-spent',
    severity: 'ticket',
    summary: '{value} of the budget {key} is spent',
    when: { kind: 'budget-spent', above: 0.8 },
    holdMs: 0,
    keepMs: MINUTE_MS,
  },
  {
    name: 'key-banned',
    severity: 'page',
    summary: 'The provider turns us away at {key}: its key or its quota needs a human',
    when: { kind: 'circuit-open', faults: ['auth', 'permission', 'quota-exhausted'] },
    holdMs: 0,
    keepMs: 2 * MINUTE_MS,
  },
  {
    name: 'unknown-faults-rising',
    severity: 'ticket',
    summary: 'Failures of {key} that nobody has a name for come {value} times as often as before',
    when: {
      kind: 'unknown-rising',
      factor: 3,
      windowMs: WINDOW_MS,
      baselineMs: HOUR_MS,
      minSamples: 5,
    },
    holdMs: 0,
    keepMs: 5 * MINUTE_MS,
  },
  {
    name: 'retries-stacked',
    severity: 'ticket',
    summary:
      'The client behind {key} retries by itself: set its maxRetries to 0, or every retry multiplies',
    when: { kind: 'retries-stacked' },
    holdMs: 0,
    keepMs: 0,
  },
]

/**
 * The alert that has no default, because the number is a product decision:
 * `monitor({ rules: [...DEFAULT_RULES, costRate(20)] })`.
 */
export const costRate = (usdPerHour: number): AlertRule => ({
  name: 'cost-rate',
  severity: 'page',
  summary: `{value} dollars an hour are being spent, more than ${usdPerHour}`,
  when: { kind: 'cost-rate', usdPerHour, windowMs: WINDOW_MS },
  holdMs: MINUTE_MS,
  keepMs: 5 * MINUTE_MS,
})
