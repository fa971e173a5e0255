import type { Clock } from './clock.ts'
import type { AbortScope } from './scope.ts'

/**
 * Resolves after `ms` on the context's clock; rejects at once with the very reason when the context is aborted.
 * Zero and less, and what is no number, touch no timer. It goes by the clock and not by the timer, which may fire early (T25).
 */
export const sleep = (
  ctx: { readonly clock: Clock; readonly scope: AbortScope },
  ms: number,
): Promise<void> => {
  const { clock, scope } = ctx
  if (scope.aborted) return Promise.reject(scope.reason)
  if (!(ms > 0)) return Promise.resolve()
  const until = clock.now() + ms
  return new Promise((resolve, reject) => {
    let cancel = (): void => {}
    const stay = scope.onAbort((reason) => {
      cancel()
      reject(reason)
    })
    // Whole milliseconds, for `setTimeout` drops fractions; longer each time, for a timer that is early every time.
    const wait = (left: number, times: number): void => {
      cancel = clock.after(Math.ceil(left) * times, () => {
        const rest = until - clock.now()
        if (rest > 0) return wait(rest, times + 1)
        stay()
        resolve()
      })
    }
    wait(ms, 1)
  })
}
