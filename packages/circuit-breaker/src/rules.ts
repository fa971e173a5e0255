import type { CircuitBreakerSettings } from './options.ts'

/** What is held against a call: it failed, it was slow, or it failed in a way that no second look can mend. */
export interface Complaint {
  readonly failed: boolean
  readonly slow: boolean
  readonly fatal: boolean
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
