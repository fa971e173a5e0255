import { faultOf, HoldfastError, hasCode } from '@holdfast/core'

/** Why the slower of two attempts is cancelled. Nobody is to blame: breakers and budgets do not count it. */
export class HedgeLostError extends HoldfastError {
  override readonly name = 'HedgeLostError'
  readonly code = 'HOLDFAST_HEDGE_LOST'
  readonly userMessage = 'The request was cancelled.'

  constructor() {
    super(faultOf('aborted', 'Another attempt of the same call answered first'))
  }

  static override is(error: unknown): error is HedgeLostError {
    return hasCode(error, 'HOLDFAST_HEDGE_LOST')
  }
}
