import type { Context } from '@holdfast/core'

import type { CircuitBreakerSettings } from './options.ts'
import type { Admission } from './verdicts.ts'

/** Ends the watch over a call that has answered: did that take too long? */
export type Watched = () => boolean

/** Watches calls by `slowCallMs`; undefined without it, so that they cost nothing, not even a reading of the clock. */
export const watcher = (
  slowCallMs: CircuitBreakerSettings['slowCallMs'],
  late: (call: Admission) => void,
): ((call: Admission) => Watched) | undefined => {
  if (slowCallMs === undefined) return undefined
  if (typeof slowCallMs === 'number')
    return ({ ctx }) => {
      const tookMs = stopwatch(ctx, ctx.clock.now())
      return () => tookMs() >= slowCallMs
    }
  const { p95Times } = slowCallMs
  return (call) => {
    const { clock, health, scope, target } = call.ctx
    const limitMs = p95Times * (health.of(target.id).p95FirstContentMs ?? Infinity)
    const tookMs = stopwatch(call.ctx, -Infinity)
    let stop: () => void
    // Told when it becomes late and not when it ends: a brown-out is over for nobody who waits for it to answer.
    const look = (ms: number): void => {
      stop = clock.after(ms, () => {
        const leftMs = limitMs - tookMs()
        if (leftMs > 0) look(leftMs)
        // If it has left, nobody waits for it.
        else if (!scope.aborted) late(call)
      })
    }
    look(limitMs)
    return () => (stop(), false)
  }
}

/**
 * How long the request of a call has been out, or was: a queue of our own in between says nothing about the target (T51).
 * `since` is taken for its begin where the call keeps no times.
 */
const stopwatch = ({ call, clock }: Context, since: number): (() => number) => {
  const before = call.latest?.n ?? 0
  return () => {
    const attempt = call.attempts[before]
    if (attempt === undefined) return 0
    return (attempt.firstContentAt ?? clock.now()) - (attempt.startedAt ?? since)
  }
}
