import type { Context } from './context.ts'
import { settled } from './live.ts'
import type { Next } from './policy.ts'
import { AbortScope } from './scope.ts'

/** A scope that answers for a promise: when it aborts, the promise rejects, even if the work inside does not listen. */
class Limit extends AbortScope {
  declare private readonly reject: (reason: unknown) => void
  declare stopTimer: () => void

  constructor(parent: AbortScope, reject: (reason: unknown) => void) {
    super(parent)
    this.reject = reject
    this.stopTimer = nothing
  }
  /** The work inside has answered. A stream may go on: it keeps its link to the caller until it is over. */
  answered(response: unknown): void {
    this.stopTimer()
    const tail = settled(response)
    if (tail === undefined) this.release()
    else tail.finally(() => this.release()).catch(nothing)
  }
  failed(): void {
    this.stopTimer()
    this.release()
  }
  override abort(reason: unknown): void {
    if (this.aborted) return
    this.stopTimer()
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
): Promise<Res> => {
  const { scope } = ctx
  // The reason is the caller's, whatever it is.
  if (scope.aborted) return Promise.reject(scope.reason)
  return new Promise((resolve, reject) => {
    const limit = new Limit(scope, reject)
    limit.stopTimer = ctx.clock.after(ms, () => limit.abort(makeReason()))
    next({ scope: limit, deadline }).then(
      (response) => {
        limit.answered(response)
        return resolve(response)
      },
      (error: unknown) => {
        limit.failed()
        // The very thing that was thrown (T28).
        reject(error)
      },
    )
  })
}

const nothing = (): void => {}
