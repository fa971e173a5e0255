import type { Clock } from './clock.ts'
import type { AbortScope } from './scope.ts'

/**
 * Resolves after `ms` on the context's clock; rejects at once with the very reason when the context is aborted.
 * Zero and less touch no timer.
 */
export const sleep = (
  ctx: { readonly clock: Clock; readonly scope: AbortScope },
  ms: number,
): Promise<void> => {
  const { clock, scope } = ctx
  if (scope.aborted) return Promise.reject(scope.reason)
  if (ms <= 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const stay = scope.onAbort((reason) => {
      cancel()
      reject(reason)
    })
    const cancel = clock.after(ms, () => {
      stay()
      resolve()
    })
  })
}
