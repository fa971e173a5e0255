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
    return ({ clock }) => {
      const startedAt = clock.now()
      return { told: false, isSlow: () => clock.now() - startedAt >= slowCallMs, stop: nothing }
    }
  return ({ clock, health, target }, onLate) => {
    const { p95FirstContentMs } = health.of(target.id)
    if (p95FirstContentMs === undefined) return UNWATCHED
    // Told when it becomes late and not when it ends: a brown-out is over for nobody who waits for it to answer.
    const watch: Watch = { told: false, isSlow: () => false, stop: nothing }
    watch.stop = clock.after(slowCallMs.p95Times * p95FirstContentMs, () => {
      watch.told = true
      onLate()
    })
    return watch
  }
}
