import type { Meter, ObservableGauge } from '@opentelemetry/api'

import { DURATION_BUCKETS, METRICS } from '../catalogue.ts'
import type { AttemptEntry } from '../entry.ts'
import { boundedLabels } from '../labels.ts'
import { readAttempt, readCall, readNow, type Reading } from '../measure.ts'
import type { MetricInfo, MetricName } from '../metric-info.ts'
import type { Monitor } from '../monitor.ts'
import { attemptAttributes } from './attributes.ts'

/** The bounds that the GenAI conventions ask for. */
const TOKEN_BUCKETS = Array.from({ length: 14 }, (_, n) => 4 ** n)
const FIRST_CHUNK_BUCKETS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

type Record = (value: number, labels: Readonly<globalThis.Record<string, string>>) => void

/** The metrics of the GenAI conventions, of attempts: each is one operation of a client. */
const conventional = (
  meter: Meter,
  bounded: ReturnType<typeof boundedLabels>,
): ((attempt: AttemptEntry) => void) => {
  const duration = meter.createHistogram('gen_ai.client.operation.duration', {
    unit: 's',
    description: 'GenAI operation duration.',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS.slice(0, 14) },
  })
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    description: 'Number of input and output tokens used.',
    advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
  })
  const firstChunk = meter.createHistogram('gen_ai.client.operation.time_to_first_chunk', {
    unit: 's',
    description: 'Time to receive the first chunk, for streams.',
    advice: { explicitBucketBoundaries: FIRST_CHUNK_BUCKETS },
  })
  return (attempt) => {
    const attributes = bounded(attemptAttributes(attempt))
    const { durationMs, firstContentMs, usage, earlier } = attempt
    if (durationMs !== undefined && earlier === undefined)
      duration.record(durationMs / 1_000, attributes)
    if (firstContentMs !== undefined) firstChunk.record(firstContentMs / 1_000, attributes)
    // An instrumentation that cannot count must not report: no estimates here; they are in holdfast.tokens.
    if (usage.source !== 'reported') return
    tokens.record(usage.inputTokens, { ...attributes, 'gen_ai.token.type': 'input' })
    tokens.record(usage.outputTokens, { ...attributes, 'gen_ai.token.type': 'output' })
  }
}

/** Records what a monitor counts; the returned function stops. */
export const exportMetrics = (
  watch: Pick<Monitor, 'on' | 'snapshot'>,
  meter: Meter,
): (() => void) => {
  const bounded = boundedLabels()
  const instruments = new Map<MetricName, Record>()
  const gauges = new Map<MetricName, ObservableGauge>()
  for (const [key, info] of Object.entries(METRICS) as [MetricName, MetricInfo][]) {
    const options = { unit: info.unit, description: info.help }
    if (info.kind === 'gauge') gauges.set(key, meter.createObservableGauge(info.otel, options))
    else if (info.kind === 'counter') {
      const counter = meter.createCounter(info.otel, options)
      instruments.set(key, (value, labels) => counter.add(value, labels))
    } else {
      const advice = { explicitBucketBoundaries: [...DURATION_BUCKETS] }
      const histogram = meter.createHistogram(info.otel, { ...options, advice })
      instruments.set(key, (value, labels) => histogram.record(value, labels))
    }
  }
  const record = (readings: readonly Reading[]): void => {
    for (const { metric, value, labels } of readings)
      instruments.get(metric)?.(value, bounded(labels))
  }
  const genAi = conventional(meter, bounded)
  const stops = [
    watch.on('call', (call) => record(readCall(call))),
    watch.on('attempt', (attempt) => {
      record(readAttempt(attempt))
      genAi(attempt)
    }),
  ]
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    for (const { metric, value, labels } of readNow(watch.snapshot())) {
      const gauge = gauges.get(metric)
      if (gauge !== undefined) result.observe(gauge, value, bounded(labels))
    }
  }
  const observed = [...gauges.values()]
  meter.addBatchObservableCallback(observe, observed)
  return () => {
    for (const stop of stops) stop()
    meter.removeBatchObservableCallback(observe, observed)
  }
}
