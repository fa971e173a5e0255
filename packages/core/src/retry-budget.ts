import { milliseconds, number, ratio, resolveOptions } from './options.ts'
import { RollingCounts } from './rolling-counts.ts'

export interface RetryBudgetOptions {
  /** Retries allowed per logical call, above 0 and up to 1. @default 0.2 */
  readonly ratio?: number
  /** Retries per second allowed whatever the traffic: a quiet client may always retry. @default 10 */
  readonly minPerSecond?: number
  /** How long a deposit and a withdrawal count, in milliseconds. @default 10_000 */
  readonly ttlMs?: number
}

/** After Finagle and Tower, whose defaults these are. */
export const RETRY_BUDGET_DEFAULTS: Required<RetryBudgetOptions> = {
  ratio: 0.2,
  minPerSecond: 10,
  ttlMs: 10_000,
}

/**
 * Bounds how much retrying may add to the load, so that an outage is not made worse by its victims.
 * Funded by logical calls, drawn on by whatever sends again to the same target. Share the value to share the budget.
 */
export interface RetryBudget {
  /** One logical call was made. */
  deposit(now: number): void
  /** Takes one retry; false when the budget is spent. */
  withdraw(now: number): boolean
  /** Whole retries left. */
  balance(now: number): number
}

/** Makes a budget: constant memory, constant time, no timer. */
export const retryBudget = (options?: RetryBudgetOptions): RetryBudget => {
  const resolved = resolveOptions<Required<RetryBudgetOptions>>(
    'retryBudget',
    options,
    RETRY_BUDGET_DEFAULTS,
    {
      ratio,
      minPerSecond: number(0),
      ttlMs: milliseconds(1),
    },
  )
  const reserve = (resolved.minPerSecond * resolved.ttlMs) / 1_000
  const window = new RollingCounts(resolved.ttlMs, ['calls', 'retries'])

  const balance = (now: number): number => {
    const { calls, retries } = window.sum(now)
    // Ten deposits of 0.1 must make a whole retry, whatever binary fractions say.
    return Math.max(0, Math.floor(reserve + resolved.ratio * calls - retries + 1e-9))
  }
  return {
    deposit(now) {
      window.at(now).calls++
    },
    withdraw(now) {
      if (balance(now) < 1) return false
      window.at(now).retries++
      return true
    },
    balance,
  }
}
