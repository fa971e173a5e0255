import { isPromiseLike, quote } from '@holdfast/core'

import { RetryHookError } from './errors.ts'
import { WAIT, type RetryAt } from './options.ts'

/**
 * What a hook says; one that throws, or says what it may not, ends the call, with the attempt's error as its cause (T33).
 *
 * @throws RetryHookError
 */
export function asked<Req, T>(at: RetryAt<Req>, name: 'adapt' | 'delay', hook: () => T): T {
  try {
    const answer = hook()
    // An `async` hook: its promise would be sent as the request.
    if (isPromiseLike<unknown>(answer)) {
      // It may reject, and nobody else would hear of it.
      Promise.resolve(answer).catch(() => {})
      throw new TypeError(`${name} must answer at once, got a promise`)
    }
    // A timer takes NaN for 0.
    if (name === 'delay' && !WAIT.test(answer))
      throw new RangeError(`delay must return ${WAIT.says}, got ${quote(answer)}`)
    return answer
  } catch (thrown) {
    throw new RetryHookError(thrown, at)
  }
}
