import { abortScope, sleep, TimeoutError, type Context } from '@holdfast/core'

/**
 * What a store comes up with, as long as the caller and `ms` allow.
 *
 * @throws TimeoutError when the store is too slow; the abort's reason when the caller leaves
 */
export const patiently = async <T>(
  ctx: Pick<Context, 'clock' | 'scope'>,
  found: PromiseLike<T>,
  ms: number,
): Promise<T> => {
  const scope = abortScope(ctx)
  const late = sleep({ clock: ctx.clock, scope }, ms).then((): never => {
    throw new TimeoutError(ms)
  })
  try {
    return await Promise.race([found, late])
  } finally {
    // Ends the sleep, and with it the timer and the wait for the caller's abort.
    scope.abort(undefined)
  }
}
