import { integer, optional, resolveOptions, rule, type Clock } from '@holdfast/core'

import type { AlertRule } from './alerts/alert.ts'
import { checkRules } from './alerts/check-rules.ts'
import { DEFAULT_RULES } from './alerts/default-rules.ts'
import { BILLING_DEFAULTS, type BillingRules } from './billing.ts'
import type { PriceSource } from './prices.ts'

/** What a monitor can be told. */
export interface MonitorOptions {
  /** What tokens cost, such as `genaiPrices()`. @default only targets that carry a price are priced */
  readonly prices?: PriceSource
  /** What providers bill beside whole answers. @default `BILLING_DEFAULTS` */
  readonly billing?: BillingRules
  /** Replaces the rules of the alerts. @default `DEFAULT_RULES` */
  readonly rules?: readonly AlertRule[]
  /** Calls that `calls()` remembers. @default 1_000 */
  readonly maxCalls?: number
  /** Routes, and targets, that are counted apart; what comes later is counted as `other`. @default 100 */
  readonly maxSeries?: number
  /** The clock of the pipelines that are watched. @default the platform's */
  readonly clock?: Clock
}

/** What applies where an option is not given. */
export const MONITOR_DEFAULTS: Required<Omit<MonitorOptions, 'prices' | 'clock'>> = {
  billing: BILLING_DEFAULTS,
  rules: DEFAULT_RULES,
  maxCalls: 1_000,
  maxSeries: 100,
}

const has =
  (method: string) =>
  (value: unknown): boolean =>
    typeof (value as Record<string, unknown> | null)?.[method] === 'function'

const RULES = {
  prices: optional(rule('a price source with costOf', has('costOf'))),
  billing: rule('rules by provider', (value) => typeof value === 'object' && value !== null),
  rules: rule('a list of alert rules', Array.isArray),
  maxCalls: integer(0),
  maxSeries: integer(1),
  clock: optional(rule('a clock with now, wall and after', has('after'))),
}

/** Checks the options and fills in the defaults. */
export const settingsOf = (
  given: MonitorOptions | undefined,
): typeof MONITOR_DEFAULTS & MonitorOptions => {
  const settings = resolveOptions<typeof MONITOR_DEFAULTS & MonitorOptions>(
    'monitor',
    given,
    MONITOR_DEFAULTS,
    RULES,
  )
  return { ...settings, rules: checkRules(settings.rules) }
}
