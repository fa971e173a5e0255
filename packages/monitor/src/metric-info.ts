/** How a number behaves: it only grows, it has a distribution, or it is what it is now. */
export type MetricKind = 'counter' | 'histogram' | 'gauge'

/** The key of a metric. */
export type MetricName =
  | 'calls'
  | 'callFailures'
  | 'callDuration'
  | 'callFirstContent'
  | 'retries'
  | 'retriedCalls'
  | 'fallbacks'
  | 'fallbackSteps'
  | 'lastOption'
  | 'cache'
  | 'degraded'
  | 'wasted'
  | 'attempts'
  | 'attemptFailures'
  | 'attemptDuration'
  | 'tokens'
  | 'cost'
  | 'estimated'
  | 'unpriced'
  | 'inFlight'
  | 'queued'
  | 'circuitState'
  | 'circuitBanned'
  | 'budgetSpent'
  | 'budgetLeft'
  | 'stacked'
  | 'alertsFiring'

/** One metric of ours, under its name in Prometheus and in OpenTelemetry. */
export interface MetricInfo {
  readonly name: string
  readonly otel: string
  readonly kind: MetricKind
  /** A UCUM unit, as OpenTelemetry wants it. */
  readonly unit: string
  readonly labels: readonly string[]
  readonly help: string
}

const SUFFIX: Readonly<Record<string, string>> = { s: '_seconds', '1': '_ratio' }

/**
 * The name in Prometheus is the one that OpenTelemetry's own translation gives: whether the numbers are scraped from
 * here or come through a collector, the same dashboard and the same rules read them.
 */
const metric =
  (kind: MetricKind) =>
  (otel: string, unit: string, labels: readonly string[], help: string): MetricInfo => ({
    name: `${otel.replaceAll('.', '_')}${SUFFIX[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`,
    otel,
    kind,
    unit,
    labels,
    help,
  })
type Describe = ReturnType<typeof metric>
export const counter: Describe = metric('counter')
export const histogram: Describe = metric('histogram')
export const gauge: Describe = metric('gauge')
