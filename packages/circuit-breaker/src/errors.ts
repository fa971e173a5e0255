import { faultOf, HoldfastError, hasCode } from '@holdfast/core'

/**
 * Thrown instead of calling a target whose circuit is open.
 * `fault.retryAfterMs` says when a call may be let through again, where that is known.
 */
export class CircuitOpenError extends HoldfastError {
  override readonly name = 'CircuitOpenError'
  readonly code = 'HOLDFAST_CIRCUIT_OPEN'
  readonly userMessage = 'The service is busy right now. Please try again in a moment.'
  /** Which circuit rejected the call. */
  readonly key: string

  constructor(key: string, retryAfterMs?: number) {
    const details = retryAfterMs === undefined ? {} : { retryAfterMs }
    super(faultOf('circuit-open', `The circuit of '${key}' is open`, details))
    this.key = key
  }

  static override is(error: unknown): error is CircuitOpenError {
    return hasCode(error, 'HOLDFAST_CIRCUIT_OPEN')
  }
}
