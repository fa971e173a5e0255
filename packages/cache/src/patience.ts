import { TimeoutError, type Context } from '@holdfast/core'

/**
 * What a store gives, at once when it has it at once; or as long as the caller and `ms` allow.
 *
 * @throws TimeoutError when the store is too slow; the abort's reason when the caller leaves
 */
export const patiently = (
  ctx: Pick<Context, 'clock' | 'scope'>,
  found: unknown,
  ms: number,
): unknown => {
  if (typeof (found as PromiseLike<unknown> | undefined)?.then !== 'function') return found
  return new Promise((resolve, reject) => {
    const cancel = ctx.clock.after(ms, () => over(() => reject(new TimeoutError(ms))))
    let stay = (): void => {}
    const over = (settle: () => void): void => {
      cancel()
      stay()
      settle()
    }
    stay = ctx.scope.onAbort((reason) => over(() => reject(reason)))
    ;(found as PromiseLike<unknown>).then(
      (value) => over(() => resolve(value)),
      (error: unknown) => over(() => reject(error)),
    )
  })
}
