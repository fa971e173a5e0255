import type { Alert } from './alerts/alert.ts'
import type { BudgetGauge, CircuitGauge } from './gauges.ts'
import type { Sketch } from './sketch.ts'
import { sumOf, Tally, type FaultCounts, type TallyState } from './tally.ts'

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

const percentiles = (sketch: Sketch): Percentiles => ({
  p50: sketch.quantile(0.5),
  p95: sketch.quantile(0.95),
  p99: sketch.quantile(0.99),
  mean: sketch.mean,
  count: sketch.count,
})

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

const spendingOf = ({ counts }: Tally): Spending => ({
  inputTokens: counts.inputTokens,
  outputTokens: counts.outputTokens,
  costUsd: counts.usd,
  wastedUsd: counts.wastedUsd,
  estimatedUsd: counts.estimatedUsd,
  unpriced: counts.unpriced,
})

const routeMetrics = (
  tally: Tally,
  { inFlight, queued }: Pick<RouteMetrics, 'inFlight' | 'queued'>,
): RouteMetrics => {
  const { counts, faults, latency, firstContent } = tally
  const { ended: calls, failed, aborted } = counts
  const succeeded = calls - failed - aborted
  return {
    calls,
    failed,
    aborted,
    errorRate: share(failed, calls - aborted),
    byFault: faults,
    retryRate: share(counts.retried, calls),
    retries: counts.retries,
    fallbackRate: share(counts.fellBack, calls),
    fallbackDepth: share(counts.fallbackSteps, counts.fellBack),
    lastOptionRate: share(counts.lastOption, calls),
    cacheHitRate: share(counts.cacheHits, calls),
    cacheStaleRate: share(counts.cacheStale, calls),
    degradedRate: share(counts.degraded, calls),
    latency: percentiles(latency),
    firstContent: percentiles(firstContent),
    ...spendingOf(tally),
    costPerSuccessUsd: succeeded === 0 ? undefined : counts.usd / succeeded,
    inFlight,
    queued,
  }
}

const targetMetrics = (tally: Tally): TargetMetrics => {
  const { counts, faults, latency, firstContent } = tally
  return {
    attempts: counts.ended,
    failed: counts.failed,
    aborted: counts.aborted,
    errorRate: share(counts.failed, counts.ended - counts.aborted),
    byFault: faults,
    latency: percentiles(latency),
    firstContent: percentiles(firstContent),
    ...spendingOf(tally),
  }
}

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  change: (a: A) => B,
): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))

/** Reads a state, of this process or merged of several. */
export const snapshotOf = (state: MonitorState): Snapshot => {
  const { at, windowMs, routes, targets, circuits, budgets, stacked, alerts } = state
  const total = (of: 'inFlight' | 'queued'): number =>
    Object.values(routes).reduce((sum, route) => sum + route[of], 0)
  const overall = sumOf(Object.values(routes).map((route) => Tally.from(route)))
  return {
    at,
    windowMs,
    overall: routeMetrics(overall, { inFlight: total('inFlight'), queued: total('queued') }),
    routes: mapValues(routes, (route) => routeMetrics(Tally.from(route), route)),
    targets: mapValues(targets, (target) => targetMetrics(Tally.from(target))),
    circuits,
    budgets,
    stacked,
    alerts,
  }
}
