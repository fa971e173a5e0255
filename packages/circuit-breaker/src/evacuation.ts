import { abortScope, liveOf, type Context, type Next } from '@holdfast/core'

import { CircuitOpenError } from './errors.ts'

/** A call that has no answer yet: it can still be sent somewhere else. */
export interface Waiting {
  leave(reason: CircuitOpenError): void
}

/**
 * Runs what is inside so that it can be called off from here: the floors outside then send the call elsewhere. Once it has
 * answered, or a stream its first content, it stays.
 */
export const evacuable = <Req, Res>(
  ctx: Context<Req>,
  next: Next<Req, Res>,
  waiting: Set<Waiting>,
): Promise<Res> =>
  new Promise((resolve, reject) => {
    const scope = abortScope(ctx)
    const one: Waiting = { leave: (reason) => scope.abort(reason) }
    const stay = scope.onAbort((reason) => {
      waiting.delete(one)
      reject(reason)
    })
    const answered = (response?: Res): void => {
      waiting.delete(one)
      stay()
      // A stream goes on under this scope: its caller's abort must still reach it.
      const over = liveOf(response)?.over
      const release = (): void => scope.release()
      if (over === undefined) release()
      else over.then(release, release)
    }
    waiting.add(one)
    next({ scope }).then(
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
export const evacuate = (waiting: Set<Waiting>, key: string, retryAfterMs: number): void => {
  if (waiting.size === 0) return
  const reason = CircuitOpenError.stackless(key, retryAfterMs)
  for (const one of waiting) one.leave(reason)
}
