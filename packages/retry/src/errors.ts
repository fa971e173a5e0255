import { hasCode, HoldfastError } from '@holdfast/core'
import type { Fault } from '@holdfast/core'

/**
 * Thrown when a hook of `retry` threw, or returned something that is no wait: the call ends there (T33).
 * `cause` is the error of the attempt, and the fault stays that attempt's: it is why the call failed.
 */
export class RetryHookError extends HoldfastError {
  override readonly name = 'RetryHookError'
  readonly code = 'HOLDFAST_RETRY_HOOK'
  readonly userMessage = 'Something went wrong. Please try again later.'
  readonly hook: 'delay' | 'adapt'
  /** What the hook threw. */
  readonly thrown: unknown

  constructor(hook: 'delay' | 'adapt', thrown: unknown, at: { fault: Fault; error: unknown }) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    super(
      { ...at.fault, retryable: false, message: `retry: the hook '${hook}' failed: ${why}` },
      { cause: at.error },
    )
    this.hook = hook
    this.thrown = thrown
  }

  static override is(error: unknown): error is RetryHookError {
    return hasCode(error, 'HOLDFAST_RETRY_HOOK')
  }
}
