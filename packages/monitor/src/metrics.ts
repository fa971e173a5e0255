import type { Alert } from './alerts/alert.ts'
import type { BudgetGauge, CircuitGauge } from './gauges.ts'
import type { FaultCounts, TallyState } from './tally.ts'

/** Milliseconds; undefined while there is nothing to measure. */
export interface Percentiles {
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  readonly mean: number | undefined
  readonly count: number
}

/** What calls or attempts cost and used, over the window. */
export interface Spending {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly wastedUsd: number
  readonly estimatedUsd: number
  readonly unpriced: number
}

/** One route, or all of them, over the window. Rates are shares of its calls, 0 to 1. */
export interface RouteMetrics extends Spending {
  readonly calls: number
  readonly failed: number
  /** Callers left before there was an answer: neither a success nor a failure. */
  readonly aborted: number
  /** Of the calls whose callers stayed. */
  readonly errorRate: number
  readonly byFault: FaultCounts
  readonly retryRate: number
  readonly retries: number
  readonly fallbackRate: number
  /** Mean steps down the list, of the calls that took any. */
  readonly fallbackDepth: number
  readonly lastOptionRate: number
  readonly cacheHitRate: number
  readonly cacheStaleRate: number
  readonly degradedRate: number
  /** Of calls that succeeded, retries and waits included. */
  readonly latency: Percentiles
  /** Of streams. */
  readonly firstContent: Percentiles
  /** US dollars of all attempts by calls that succeeded; undefined while none did. */
  readonly costPerSuccessUsd: number | undefined
  readonly inFlight: number
  /** Calls that wait in queues now. */
  readonly queued: number
}

/** One target over the window; counts attempts. */
export interface TargetMetrics extends Spending {
  readonly attempts: number
  readonly failed: number
  /** Cancelled: the caller had left, or another attempt was quicker. */
  readonly aborted: number
  /** Of the attempts that were not cancelled. */
  readonly errorRate: number
  readonly byFault: FaultCounts
  readonly latency: Percentiles
  readonly firstContent: Percentiles
}

/** What a monitor knows, as JSON; states of several processes can be merged. */
export interface MonitorState {
  readonly at: number
  readonly windowMs: number
  readonly routes: Readonly<
    Record<string, TallyState & { readonly inFlight: number; readonly queued: number }>
  >
  readonly targets: Readonly<Record<string, TallyState>>
  readonly circuits: Readonly<Record<string, CircuitGauge>>
  readonly budgets: Readonly<Record<string, BudgetGauge>>
  /** Routes whose client retries by itself, too. */
  readonly stacked: readonly string[]
  readonly alerts: readonly Alert[]
}

/** The metrics of the last five minutes, and what is so now. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly windowMs: number
  readonly overall: RouteMetrics
  readonly routes: Readonly<Record<string, RouteMetrics>>
  readonly targets: Readonly<Record<string, TargetMetrics>>
  readonly circuits: Readonly<Record<string, CircuitGauge>>
  readonly budgets: Readonly<Record<string, BudgetGauge>>
  /** Routes whose client retries by itself, too. */
  readonly stacked: readonly string[]
  readonly alerts: readonly Alert[]
}
