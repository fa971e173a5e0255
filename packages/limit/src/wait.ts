import type { Context } from '@holdfast/core'

import type { LimitReason } from './errors.ts'
import type { DeadlineQueue, Waiting } from './queue.ts'

/** How long a call may stand in a queue, and what it is told when that is over. */
export interface Patience {
  readonly ms: number
  readonly reason: LimitReason
}

/**
 * As long as it may, and as long as it still makes sense: when less is left than an answer usually takes, the call
 * would use up a place and fail. What was short of time from the start gets half of it for waiting.
 */
export const patienceOf = (
  { deadline }: Pick<Context, 'deadline'>,
  now: number,
  expectedMs: number,
  maxWaitMs: number,
): Patience => {
  const leftMs = Math.max(0, deadline - now)
  const ms = leftMs === Infinity ? Infinity : Math.max(leftMs - expectedMs, leftMs / 2)
  return ms < maxWaitMs ? { ms, reason: 'deadline' } : { ms: maxWaitMs, reason: 'waited' }
}

/** One who stands in a queue; `go` is called when it is its turn, and starts the work in the same tick. */
export interface Waiter<A> extends Waiting {
  readonly cost: number
  readonly go: (admission: A) => void
}

interface Stand<A, Res> {
  readonly priority: number
  readonly cost: number
  readonly patienceMs: number
  /** What the call is rejected with when its patience is over. */
  readonly gaveUp: () => unknown
  /** It has left the queue without having had its turn. */
  readonly left: () => void
  readonly go: (admission: A) => Promise<Res>
}

/**
 * Stands in the queue until it is called, the caller leaves (T57), or its patience is over.
 * The turn is taken in the very tick in which it is given: nobody can come between (T58).
 */
export const stand = <A, Res>(
  queue: DeadlineQueue<Waiter<A>>,
  ctx: Context,
  { priority, cost, patienceMs, gaveUp, left, go }: Stand<A, Res>,
): Promise<Res> => {
  if (ctx.scope.aborted) return Promise.reject(ctx.scope.reason)
  return new Promise((resolve, reject) => {
    const leave = (reason: unknown): void => {
      stopTimer()
      stay()
      queue.remove(waiter)
      reject(reason)
      left()
    }
    const waiter: Waiter<A> = {
      priority,
      cost,
      deadline: ctx.deadline,
      go(admission) {
        stopTimer()
        stay()
        resolve(go(admission))
      },
    }
    const stopTimer = ctx.clock.after(patienceMs, () => leave(gaveUp()))
    const stay = ctx.scope.onAbort(leave)
    queue.add(waiter)
  })
}
