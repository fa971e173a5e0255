import { NO_USAGE, type Attempt, type Usage } from '@holdfast/core'

import { billedUsage, type BillingRules, type ExpectedTokens } from './billing.ts'
import { costAt, type PriceSource } from './prices.ts'

/** What an attempt was billed. */
export interface Bill {
  readonly usage: Usage
  /** US dollars; undefined when nobody knows the price. */
  readonly usd: number | undefined
}

/** How attempts are billed. */
export interface Billing {
  readonly prices: PriceSource | undefined
  readonly rules: BillingRules
  /** What an answer of this target is likely to use. */
  expected(target: string): ExpectedTokens | undefined
}

/** What it came to beyond the estimate that is counted already. Totals only grow: an estimate that was too high stays. */
export const beyond = ({ usage, usd = 0 }: Bill, before: Bill): Bill => ({
  usage: {
    ...usage,
    inputTokens: Math.max(0, usage.inputTokens - before.usage.inputTokens),
    outputTokens: Math.max(0, usage.outputTokens - before.usage.outputTokens),
  },
  usd: Math.max(0, usd - (before.usd ?? 0)),
})

const FREE: Bill = { usage: NO_USAGE, usd: 0 }

/** What an attempt costs, at its own model. */
export const billOf = (attempt: Readonly<Attempt>, wallMs: number, billing: Billing): Bill => {
  // Only who fails needs a guess: on the way of success nothing is looked up.
  const expected = attempt.fault === undefined ? undefined : billing.expected(attempt.target)
  const usage = billedUsage(attempt, billing.rules, expected)
  if (usage.inputTokens === 0 && usage.outputTokens === 0)
    return usage.source === 'none' ? FREE : { usage, usd: 0 }
  return { usage, usd: priceOf(attempt, usage, wallMs, billing.prices) }
}

const priceOf = (
  attempt: Readonly<Attempt>,
  usage: Usage,
  wallMs: number,
  prices: PriceSource | undefined,
): number | undefined => {
  const { price, provider, servedModel, model } = attempt
  if (price !== undefined) return costAt(usage, price)
  if (prices === undefined) return undefined
  if (servedModel !== undefined) {
    const usd = prices.costOf(usage, { provider, model: servedModel, wallMs })
    if (usd !== undefined) return usd
  }
  return servedModel === model ? undefined : prices.costOf(usage, { provider, model, wallMs })
}
