import { hasCode, HoldfastError, quote } from '@holdfast/core'
import type { Fault } from '@holdfast/core'

/**
 * Thrown when a hook of `retry` threw, or returned what it may not, such as a promise: the call ends there (T33).
 * `cause` is the error of the attempt, and the fault stays that attempt's: it is why the call failed.
 */
export class RetryHookError extends HoldfastError {
  override readonly name = 'RetryHookError'
  readonly code = 'HOLDFAST_RETRY_HOOK'
  readonly userMessage = 'Something went wrong. Please try again later.'
  /** What the hook threw. */
  readonly thrown: unknown

  constructor(
    thrown: unknown,
    { fault, error }: { readonly fault: Fault; readonly error: unknown },
  ) {
    const what = thrown instanceof Error ? String(thrown) : quote(thrown)
    const message = `retry: a hook failed: ${what}`
    super({ ...fault, retryable: false, message }, { cause: error })
    this.thrown = thrown
  }

  static override is(error: unknown): error is RetryHookError {
    return hasCode(error, 'HOLDFAST_RETRY_HOOK')
  }
}
