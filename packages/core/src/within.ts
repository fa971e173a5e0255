import type { Context } from './context.ts'
import type { Next } from './policy.ts'
import { AbortScope } from './scope.ts'
import { settled } from './settled.ts'

/** A scope that answers for a promise: when it aborts, the promise rejects, even if the work inside does not listen. */
class Limit extends AbortScope {
  declare private readonly reject: (reason: unknown) => void
  constructor(parent: AbortScope, reject: (reason: unknown) => void) {
    super(parent)
    this.reject = reject
  }
  override abort(reason: unknown): void {
    super.abort(reason)
    this.reject(reason)
  }
}

/**
 * Runs what is inside for `ms` at most, and not longer than the caller waits.
 * The limit ends with the answer's promise and never aborts on success: a body may still be read on the signal.
 */
export const within = <Req, Res>(
  ctx: Context<Req>,
  next: Next<Req, Res>,
  ms: number,
  deadline: number,
  makeReason: () => unknown,
): Promise<Res> =>
  new Promise((resolve, reject) => {
    const limit = new Limit(ctx.scope, reject)
    const cancel = ctx.clock.after(ms, () => limit.abort(makeReason()))
    next({ scope: limit, deadline }).then(
      (response) => {
        cancel()
        const tail = settled(response)
        if (tail === undefined) limit.release()
        else tail.finally(() => limit.release()).catch(() => {})
        resolve(response)
      },
      (error: unknown) => {
        cancel()
        limit.release()
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the very thing that was thrown (T28)
        reject(error)
      },
    )
    // The caller may have left while we were on the way here.
    if (limit.aborted) {
      cancel()
      reject(limit.reason as Error)
    }
  })
