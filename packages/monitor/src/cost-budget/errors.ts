import { faultOf, hasCode, HoldfastError } from '@holdfast/core'

/**
 * Thrown instead of sending a request that would cost more than is left.
 * `fault.retryAfterMs` says when enough of what was spent will have been long ago.
 */
export class BudgetExhaustedError extends HoldfastError {
  override readonly name = 'BudgetExhaustedError'
  readonly code = 'HOLDFAST_BUDGET_EXHAUSTED'
  readonly userMessage = 'The limit for now is reached. Please try again later.'
  /** Whose budget it is; '' when all calls share it. */
  readonly key: string

  constructor(key: string, retryAfterMs?: number) {
    super(
      faultOf(
        'budget-exhausted',
        key === '' ? 'The cost budget is spent' : `The cost budget of '${key}' is spent`,
        retryAfterMs === undefined ? {} : { retryAfterMs },
      ),
    )
    this.key = key
  }

  static override is(error: unknown): error is BudgetExhaustedError {
    return hasCode(error, 'HOLDFAST_BUDGET_EXHAUSTED')
  }
}
