import { milliseconds, quote } from '@holdfast/core'

import { RetryHookError } from './errors.ts'
import type { RetryAt, RetrySettings } from './options.ts'

const WAIT = milliseconds()

/**
 * What `adapt` makes of the request; undefined when it stays as it is.
 *
 * @throws RetryHookError when the hook throws
 */
export const adaptedRequest = <Req>(
  { adapt }: RetrySettings<Req>,
  request: Req,
  at: RetryAt<Req>,
): Req | undefined => guarded('adapt', at, () => adapt?.(request, at))

/**
 * The wait that `delay` asks for, in milliseconds; undefined leaves it to the backoff.
 *
 * @throws RetryHookError when the hook throws, or returns NaN, Infinity or less than 0
 */
export const customDelayMs = <Req>(
  { delay }: RetrySettings<Req>,
  at: RetryAt<Req>,
): number | undefined =>
  guarded('delay', at, () => {
    const ms = delay?.(at)
    if (ms === undefined || WAIT.test(ms)) return ms
    throw new RangeError(`it returned ${quote(ms)}, not ${WAIT.says}`)
  })

function guarded<Req, T>(hook: 'adapt' | 'delay', at: RetryAt<Req>, call: () => T): T {
  try {
    return call()
  } catch (thrown) {
    throw new RetryHookError(hook, thrown, at)
  }
}
