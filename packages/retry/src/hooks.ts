import { milliseconds, quote } from '@holdfast/core'

import { RetryHookError } from './errors.ts'
import type { RetryAt } from './options.ts'

/**
 * What a hook says; whatever it throws ends the call, with the attempt's error as its cause (T33).
 *
 * @throws RetryHookError
 */
export function asked<Req, T>(at: RetryAt<Req>, hook: () => T): T {
  try {
    return hook()
  } catch (thrown) {
    throw new RetryHookError(thrown, at)
  }
}

const WAIT = milliseconds()

/** A wait of the user's own, which must be one: a timer takes NaN for 0. */
export function checkedWaitMs(ms: number | undefined): number | undefined {
  if (ms === undefined || WAIT.test(ms)) return ms
  throw new RangeError(`delay must return ${WAIT.says}, got ${quote(ms)}`)
}
