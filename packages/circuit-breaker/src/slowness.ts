import type { Context } from '@holdfast/core'

import type { CircuitBreakerSettings } from './options.ts'

/** What is found out about the time that one call takes. */
export interface Watch {
  /** It was too late already, and that was held against the target: its end counts no more. */
  told: boolean
  /** Asked when it has answered: did that take too long? */
  isSlow(): boolean
  stop(): void
}

const nothing = (): void => {}
const UNWATCHED: Watch = { told: false, isSlow: () => false, stop: nothing }

/** Watches calls by `slowCallMs`: without it they cost nothing, not even a reading of the clock. */
export const watcher = (
  slowCallMs: CircuitBreakerSettings['slowCallMs'],
): ((ctx: Context, onLate: () => void) => Watch) => {
  if (slowCallMs === undefined) return () => UNWATCHED
  if (typeof slowCallMs === 'number')
    return (ctx) => {
      const tookMs = stopwatch(ctx, ctx.clock.now())
      return { told: false, isSlow: () => tookMs() >= slowCallMs, stop: nothing }
    }
  const { p95Times } = slowCallMs
  return (ctx, onLate) => {
    const { clock, scope } = ctx
    const { p95FirstContentMs } = ctx.health.of(ctx.target.id)
    if (p95FirstContentMs === undefined) return UNWATCHED
    const limitMs = p95Times * p95FirstContentMs
    const tookMs = stopwatch(ctx, -Infinity)
    // Told when it becomes late and not when it ends: a brown-out is over for nobody who waits for it to answer.
    const watch: Watch = { told: false, isSlow: () => false, stop: nothing }
    const look = (ms: number): void => {
      watch.stop = clock.after(ms, () => {
        const leftMs = limitMs - tookMs()
        if (leftMs > 0) return look(leftMs)
        // Nobody waits for it any more.
        if (scope.aborted) return
        watch.told = true
        onLate()
      })
    }
    look(limitMs)
    return watch
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
