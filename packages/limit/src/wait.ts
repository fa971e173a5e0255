import { stackless, type Context } from '@holdfast/core'

import { LimitedError, type LimitReason } from './errors.ts'
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

/** Tells that a call is not sent. @param waitMs how long until it might be, if that is known */
export const refuse = (
  ctx: Context,
  key: string,
  reason: LimitReason,
  waitMs: number,
): LimitedError => {
  const retryAfterMs = waitMs > 0 && waitMs < Infinity ? Math.ceil(waitMs) : undefined
  ctx.emit('limit:rejected', { key, reason, retryAfterMs })
  // A full queue rejects thousands a second.
  return stackless(() => new LimitedError(key, reason, retryAfterMs))
}

/** One who stands in a queue; `go` is called when it is its turn, and starts the work in the same tick. */
export interface Waiter<A> extends Waiting {
  /** In tokens, as soon as they are limited. */
  readonly cost: () => number
  /** It runs within one that has a place: that one waits for it, and it needs none of its own. */
  readonly isInside: boolean
  readonly go: (admission: A) => void
}

interface Stand<A, Res> extends Omit<Waiter<A>, 'deadline' | 'go'> {
  /** For the events: a limit's key, or a route. */
  readonly key: string
  readonly patience: Patience
  /** How long it would have had to wait yet, when its patience is over. */
  readonly waitMs: () => number
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
  { key, priority, cost, isInside, patience, waitMs, left, go }: Stand<A, Res>,
): Promise<Res> => {
  const { scope, clock } = ctx
  if (scope.aborted) return Promise.reject(scope.reason)
  ctx.emit('limit:queued', { key, waiting: queue.size + 1 })
  const since = clock.now()
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
      isInside,
      deadline: ctx.deadline,
      go(admission) {
        stopTimer()
        stay()
        ctx.emit('limit:admitted', { key, waitedMs: clock.now() - since })
        resolve(go(admission))
      },
    }
    const giveUp = (): void => leave(refuse(ctx, key, patience.reason, waitMs()))
    const stopTimer = clock.after(patience.ms, giveUp)
    const stay = scope.onAbort(leave)
    queue.add(waiter)
  })
}
