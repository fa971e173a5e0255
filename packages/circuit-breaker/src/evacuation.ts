import {
  abortScope,
  settled,
  stackless,
  type AbortScope,
  type Context,
  type Next,
} from '@holdfast/core'

import { CircuitOpenError } from './errors.ts'

/**
 * Runs what is inside so that it can be called off from here: the floors outside then send the call elsewhere. Once it has
 * answered, or a stream its first content, it stays.
 */
export const evacuable = <Req, Res>(
  ctx: Context<Req>,
  next: Next<Req, Res>,
  waiting: Set<AbortScope>,
): Promise<Res> =>
  new Promise((resolve, reject) => {
    const scope = abortScope(ctx)
    const stay = scope.onAbort((reason) => {
      waiting.delete(scope)
      reject(reason)
    })
    const answered = (response?: Res): void => {
      waiting.delete(scope)
      stay()
      // A stream goes on under this scope: its caller's abort must still reach it.
      const release = (): void => scope.release()
      const tail = settled(response)
      if (tail === undefined) release()
      else tail.then(release, release)
    }
    waiting.add(scope)
    const fork = ctx.fork()
    fork.scope = scope
    next(fork).then(
      (response) => {
        answered(response)
        return resolve(response)
      },
      (error: unknown) => {
        answered()
        // The very thing that was thrown (T28).
        reject(error)
      },
    )
  })

/** Sends away all that wait on a target whose circuit has opened. */
export const evacuate = (
  waiting: ReadonlySet<AbortScope>,
  key: string,
  retryAfterMs: number,
): void => {
  if (waiting.size === 0) return
  const reason = stackless(() => new CircuitOpenError(key, retryAfterMs))
  for (const scope of waiting) scope.abort(reason)
}
