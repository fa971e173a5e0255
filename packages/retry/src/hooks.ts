import { RetryHookError } from './errors.ts'
import type { RetryAt, RetrySettings } from './options.ts'

/**
 * What `adapt` makes of the request; undefined when it stays as it is.
 *
 * @throws RetryHookError when the hook throws
 */
export function adaptedRequest<Req>(
  { adapt }: RetrySettings<Req>,
  request: Req,
  at: RetryAt<Req>,
): Req | undefined {
  try {
    return adapt?.(request, at)
  } catch (thrown) {
    throw new RetryHookError('adapt', thrown, at)
  }
}

/**
 * The wait that `delay` asks for, in milliseconds; undefined leaves it to the backoff.
 *
 * @throws RetryHookError when the hook throws, or returns NaN, Infinity or less than 0
 */
export function customDelayMs<Req>(
  { delay }: RetrySettings<Req>,
  at: RetryAt<Req>,
): number | undefined {
  try {
    const ms = delay?.(at)
    if (ms === undefined || (Number.isFinite(ms) && ms >= 0)) return ms
    throw new RangeError(`it returned ${ms}, not a finite number of milliseconds of at least 0`)
  } catch (thrown) {
    throw new RetryHookError('delay', thrown, at)
  }
}
