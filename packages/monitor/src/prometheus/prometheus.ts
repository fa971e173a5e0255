import { Counter, Gauge, Histogram, Registry } from 'prom-client'

import { DURATION_BUCKETS, METRICS } from '../catalogue.ts'
import { boundedLabels } from '../labels.ts'
import { readAttempt, readCall, readNow, type Reading } from '../measure.ts'
import type { MetricInfo, MetricName } from '../metric-info.ts'
import type { Monitor } from '../monitor.ts'

export interface PrometheusOptions {
  /** Where the metrics are registered, such as prom-client's own `register`. @default a registry of its own */
  readonly registry?: Registry
}

/** What is scraped. */
export interface PrometheusExporter {
  readonly registry: Registry
  /** The `content-type` of `text()`. */
  readonly contentType: string
  /** The metrics in Prometheus' text format. */
  text(): Promise<string>
  /** Stops counting, and takes its metrics from the registry. */
  close(): void
}

type Labels = Readonly<Record<string, string>>
type Add = (value: number, labels: Labels) => void

const NAMES = Object.keys(METRICS) as MetricName[]

/**
 * Shows what a monitor counts to Prometheus, through prom-client.
 *
 * @example
 * const metrics = prometheus(watch)
 * app.get('/metrics', async (_, res) => res.type(metrics.contentType).send(await metrics.text()))
 */
export const prometheus = (
  watch: Pick<Monitor, 'on' | 'snapshot'>,
  { registry = new Registry() }: PrometheusOptions = {},
): PrometheusExporter => {
  const bounded = boundedLabels()
  const instruments = new Map<MetricName, Add>()
  const gauges = new Map<MetricName, Gauge>()
  const record = (readings: readonly Reading[]): void => {
    for (const { metric, value, labels } of readings)
      instruments.get(metric)?.(value, bounded(labels))
  }

  // All gauges are read at once, when the first of them is scraped.
  const collect = (): void => {
    for (const gauge of gauges.values()) gauge.reset()
    record(readNow(watch.snapshot()))
  }
  for (const key of NAMES) {
    const { name, help, labels, kind }: MetricInfo = METRICS[key]
    const base = { name, help, labelNames: [...labels], registers: [registry] }
    if (kind === 'counter') {
      const counter = new Counter(base)
      instruments.set(key, (value, given) => counter.inc(given, value))
    } else if (kind === 'histogram') {
      const histogram = new Histogram({ ...base, buckets: [...DURATION_BUCKETS] })
      instruments.set(key, (value, given) => histogram.observe(given, value))
    } else {
      const gauge = new Gauge(gauges.size === 0 ? { ...base, collect } : base)
      gauges.set(key, gauge)
      instruments.set(key, (value, given) => gauge.set(given, value))
    }
  }
  const stops = [
    watch.on('call', (call) => record(readCall(call))),
    watch.on('attempt', (attempt) => record(readAttempt(attempt))),
  ]
  return {
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close() {
      for (const stop of stops) stop()
      for (const key of NAMES) registry.removeSingleMetric(METRICS[key].name)
    },
  }
}
