import type { Clock } from './clock.ts'

export type HealthState = 'healthy' | 'degraded' | 'open' | 'banned'

/** What is known of one target. Each policy writes its own column and reads the others'. */
export interface TargetHealth {
  state: HealthState
  /** Monotonic milliseconds when an open or banned target may be tried again. */
  until: number
  inFlight: number
  /** How many more requests it can take now; `Infinity` when nobody limits it. */
  capacity: number
  p95FirstContentMs: number | undefined
  p95TotalMs: number | undefined
}
