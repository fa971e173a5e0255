import { pipeline, type Dialect } from '@holdfast/core'
import { after, fail, httpError, script, testClock } from '@holdfast/testing'
/**
 * Drives pipelines under a real OpenTelemetry SDK and prints what it exported, as JSON, for the test beside it. In a
 * process of its own: the tests' workers choose packages by the 'module' condition, by which Node cannot load the API.
 */
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

import { circuitBreaker } from '../../circuit-breaker/src/index.ts'
import { fallback } from '../../fallback/src/index.ts'
import { retry } from '../../retry/src/index.ts'
import { monitor } from '../src/monitor.ts'
import { openTelemetry } from '../src/otel/index.ts'
import { priceTable } from '../src/prices.ts'

const spans = new InMemorySpanExporter()
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
const meters = new MeterProvider({ readers: [reader] })

const dialect = {
  isRequest: () => true,
  isResponse: (response: unknown) => typeof response === 'object',
  modelOf: () => undefined,
  needs: () => ({ inputTokens: 0 }),
  read: ({ model }: { model: string }) => ({
    text: '',
    finish: 'stop',
    tools: [],
    usage: { inputTokens: 100, outputTokens: 20, source: 'reported' },
    model,
  }),
} as unknown as Dialect

const targets = [
  { id: 'gpt', provider: 'openai', model: 'gpt-5' },
  { id: 'claude', provider: 'anthropic', model: 'claude-5' },
]
const clock = testClock()

// Without an SDK the API does nothing, and the calls go on.
const deaf = monitor({ clock })
const stopDeaf = openTelemetry(deaf)
const alone = pipeline(script<object>('ok'), [], { clock, name: 'alone' })
deaf.watch(alone)
const withoutSdk = await alone({})
stopDeaf()

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const prices = priceTable({ 'claude-5-20260901': { inputPerMillion: 10, outputPerMillion: 100 } })
const watch = monitor({ clock, prices })
const stop = openTelemetry(watch, {
  tracer: tracers.getTracer('test'),
  meter: meters.getMeter('test'),
})

// A call that fails over, under the span of a server.
const failing = fail(httpError(503))
const chat = pipeline(
  script<object, { model: string }>(
    after(200, failing),
    after(700, { model: 'claude-5-20260901' }),
  ),
  [fallback(targets)],
  { clock, name: 'chat', dialect },
)
watch.watch(chat)
const root = tracers.getTracer('app').startSpan('GET /ask')
const answer = context.with(trace.setSpan(context.active(), root), () => chat({}))
await clock.advance(900)
await answer
root.end()

// A call that fails, with a key in the provider's text and a prompt in the request.
const body = { error: { message: 'Incorrect API key provided: sk-abcdefghijkl' } }
const refused = pipeline(script<object>(fail(httpError(401, { body }))), [], {
  clock,
  name: 'failing',
})
watch.watch(refused)
await refused({ prompt: 'my secret' }).catch(() => {})

// A retry, then an opened circuit.
const lacking = pipeline(
  script<object, object>(fail(httpError(500)), {}, fail(httpError(401))),
  [retry(), circuitBreaker()],
  { clock, name: 'lacking', provider: 'acme' },
)
watch.watch(lacking)
const retried = lacking({})
await clock.advance(60_000)
await retried
await lacking({}).catch(() => {})

await reader.forceFlush()
stop()
const milliseconds = ([s, ns]: readonly [number, number]): number => s * 1_000 + ns / 1e6
const told = {
  withoutSdk,
  spans: spans.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    id: span.spanContext().spanId,
    traceId: span.spanContext().traceId,
    parentId: span.parentSpanContext?.spanId,
    startMs: milliseconds(span.startTime),
    durationMs: milliseconds(span.duration),
    attributes: span.attributes,
    status: span.status,
    events: span.events,
  })),
  metrics: exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
}
console.log(JSON.stringify(told))
