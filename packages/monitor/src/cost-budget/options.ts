import {
  callable,
  integer,
  number,
  oneOf,
  optional,
  resolveOptions,
  rule,
  type Context,
} from '@holdfast/core'

import type { PriceSource } from '../prices.ts'

/** How much may be spent, by whom, in which time. */
export interface CostBudgetOptions {
  /** US dollars. A product decision: there is no default. */
  readonly usd: number
  /** For one call with all its attempts, or for the minute or the day (24 hours) that just went by. */
  readonly per: 'call' | 'minute' | 'day'
  /** Whose money it is, such as the tenant's. @default all calls share it */
  readonly key?: (ctx: Context) => string
  /** What tokens cost. @default only targets that carry a price are priced */
  readonly prices?: PriceSource
  /** Reserved where a request does not say how long its answer may be. @default 1_000 */
  readonly assumedOutputTokens?: number
  /** Keys remembered; who has spent nothing lately is forgotten first. @default 1_000 */
  readonly maxKeys?: number
}

/** What applies where an option is not given. */
export const COST_BUDGET_DEFAULTS: Required<
  Pick<CostBudgetOptions, 'assumedOutputTokens' | 'maxKeys'>
> = { assumedOutputTokens: 1_000, maxKeys: 1_000 }

/** How long what was spent counts, in milliseconds. */
export const PERIOD_MS = { minute: 60_000, day: 86_400_000 } as const

export type CostBudgetSettings = CostBudgetOptions & typeof COST_BUDGET_DEFAULTS

export const settingsOf = (given: CostBudgetOptions): CostBudgetSettings =>
  resolveOptions<CostBudgetSettings>('costBudget', given, COST_BUDGET_DEFAULTS, {
    usd: number(0),
    per: oneOf('call', 'minute', 'day'),
    key: optional(callable),
    prices: optional(
      rule(
        'a price source with costOf',
        (value) => typeof (value as Partial<PriceSource> | null)?.costOf === 'function',
      ),
    ),
    assumedOutputTokens: integer(0),
    maxKeys: integer(1),
  })
