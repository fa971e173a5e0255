import type {
  MonitorState,
  Percentiles,
  RouteMetrics,
  Snapshot,
  Spending,
  TargetMetrics,
} from './metrics.ts'
import type { Sketch } from './sketch.ts'
import { sumOf, Tally } from './tally.ts'

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
