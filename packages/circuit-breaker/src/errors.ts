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
    super(
      faultOf(
        'circuit-open',
        `The circuit of '${key}' is open`,
        retryAfterMs === undefined ? {} : { retryAfterMs },
      ),
    )
    this.key = key
  }

  static override is(error: unknown): error is CircuitOpenError {
    return hasCode(error, 'HOLDFAST_CIRCUIT_OPEN')
  }

  /** The same without a stack: capturing one costs more than all the rest of a rejection, and an open circuit rejects many. */
  static stackless(key: string, retryAfterMs?: number): CircuitOpenError {
    const stacks = Error as { stackTraceLimit?: unknown }
    const limit = stacks.stackTraceLimit
    // Not every engine has the limit, and a hardened one does not let it be set.
    if (typeof limit !== 'number' || !Reflect.set(Error, 'stackTraceLimit', 0))
      return new CircuitOpenError(key, retryAfterMs)
    try {
      return new CircuitOpenError(key, retryAfterMs)
    } finally {
      stacks.stackTraceLimit = limit
    }
  }
}
