import type { Slot } from '@holdfast/core'

import type { CircuitBreakerSettings } from './options.ts'

/** What is held against a call: it failed, it was slow, or it failed in a way that no second look can mend. */
export interface Complaint {
  readonly failed: boolean
  readonly slow: boolean
  readonly fatal: boolean
}

/** All that a circuit knows, as plain data; times are milliseconds on the clock of whoever asks. */
export interface CircuitMemory {
  readonly state: 'closed' | 'open'
  readonly until: number
  readonly openings: number
  readonly banned: boolean
  readonly streak: number
  readonly buckets: readonly Readonly<Slot<'calls' | 'failures' | 'slow'>>[]
}

/** The settings that decide when a circuit changes its state. */
export type CircuitRules = Pick<
  CircuitBreakerSettings,
  | 'consecutiveFailures'
  | 'failureRatio'
  | 'minimumCalls'
  | 'windowMs'
  | 'slowCallRatio'
  | 'halfOpenProbes'
  | 'probeLeaseMs'
>
