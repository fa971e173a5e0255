import { hasCode, HoldfastError, type Attempt, type Fault } from '@holdfast/core'

/** What one try of one target came to. */
export interface TargetFailure {
  /** The target's id. */
  readonly target: string
  readonly fault: Fault
  /** The very error that the target threw. */
  readonly error: unknown
}

/**
 * Thrown by `fallback` when at least two targets were tried and none served, or when none could take the request.
 * When only one was tried its own error is thrown instead.
 *
 * `cause` is the first error: the later ones are often about the stand-in, not about what went wrong.
 */
export class AllTargetsFailedError extends HoldfastError {
  override readonly name = 'AllTargetsFailedError'
  readonly code = 'HOLDFAST_ALL_TARGETS_FAILED'
  readonly userMessage = 'The service is not available at the moment. Please try again later.'
  /** In the order in which they happened. */
  readonly errors: readonly TargetFailure[]
  /** Every upstream request of the call so far, those of retries included. */
  readonly attempts: readonly Readonly<Attempt>[]

  constructor(errors: readonly TargetFailure[], attempts: readonly Attempt[], fault: Fault) {
    super(fault, errors.length === 0 ? undefined : { cause: errors[0]!.error })
    this.errors = errors
    this.attempts = [...attempts]
  }

  static override is(error: unknown): error is AllTargetsFailedError {
    return hasCode(error, 'HOLDFAST_ALL_TARGETS_FAILED')
  }
}

/**
 * The fault that says most about the whole: the one that names the earliest time to come back, else the first.
 * Never retryable: everything that could be sent again has been.
 */
export const summaryOf = (errors: readonly TargetFailure[]): Fault => {
  const told = errors.filter(({ fault }) => fault.retryAfterMs !== undefined)
  const { fault } = told.reduce(
    (a, b) => (b.fault.retryAfterMs! < a.fault.retryAfterMs! ? b : a),
    told[0] ?? errors[0]!,
  )
  const list = errors.map(({ target, fault: { kind } }) => `${target} (${kind})`).join(', ')
  return { ...fault, retryable: false, message: `All targets failed: ${list}` }
}
