import { execFileSync } from 'node:child_process'

import { expect, test } from 'vitest'

import { METRICS } from '../src/catalogue.ts'

interface Span {
  readonly name: string
  readonly kind: number
  readonly id: string
  readonly traceId: string
  readonly parentId?: string
  readonly startMs: number
  readonly durationMs: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly status: { readonly code: number; readonly message?: string }
}
interface Metric {
  readonly descriptor: { readonly name: string; readonly unit: string }
  readonly dataPoints: readonly {
    readonly attributes: Readonly<Record<string, unknown>>
    readonly value: unknown
  }[]
}

const script = new URL('otel-run.ts', import.meta.url).pathname
const { spans, metrics, withoutSdk } = JSON.parse(
  execFileSync(process.execPath, ['--conditions=@holdfast/source', script], { encoding: 'utf8' }),
) as { readonly spans: readonly Span[]; readonly metrics: readonly Metric[]; withoutSdk: unknown }

// Of @opentelemetry/api.
const [INTERNAL, CLIENT] = [0, 2]
const [UNSET, ERROR] = [0, 2]

const span = (name: string): Span => {
  const found = spans.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no span '${name}'`)
  return found
}
const metric = (name: string): Metric => {
  const found = metrics.find(({ descriptor }) => descriptor.name === name)
  if (found === undefined) throw new Error(`no metric '${name}'`)
  return found
}

test('one span per call, its attempts inside, the served model on it, under the span of the caller', () => {
  const call = span('holdfast chat')
  expect(call.kind).toBe(INTERNAL)
  expect(call.parentId).toBe(span('GET /ask').id)
  expect(call.durationMs).toBeCloseTo(900, 3)
  expect(call.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-5',
    'gen_ai.response.model': 'claude-5-20260901',
    'gen_ai.usage.input_tokens': 100,
    'holdfast.route': 'chat',
    'holdfast.attempts': 2,
    'holdfast.fallbacks': 1,
    'holdfast.last_option': true,
  })
  expect(call.attributes['holdfast.cost_usd']).toBeCloseTo(0.003, 9)
  const [first, second] = [span('chat gpt-5'), span('chat claude-5')]
  for (const attempt of [first, second]) {
    expect(attempt.kind).toBe(CLIENT)
    expect(attempt.parentId).toBe(call.id)
    expect(attempt.traceId).toBe(span('GET /ask').traceId)
  }
  expect(first.durationMs).toBeCloseTo(200, 3)
  expect(second.startMs - call.startMs).toBeCloseTo(200, 3)
  expect(first.attributes).toMatchObject({ 'error.type': 'overloaded', 'holdfast.wasted': true })
  expect(first.status).toStrictEqual({ code: ERROR, message: 'overloaded' })
  expect(second.status.code).toBe(UNSET)
})

test('a failed call says so by its fault, and quotes nobody', () => {
  expect(span('holdfast failing').status).toStrictEqual({ code: ERROR, message: 'auth' })
  const told = JSON.stringify(spans)
  expect(told).not.toContain('sk-')
  expect(told).not.toContain('secret')
})

test("the conventions' metrics have their names, units, bounds and attributes", () => {
  const duration = metric('gen_ai.client.operation.duration')
  expect(duration.descriptor.unit).toBe('s')
  const served = duration.dataPoints.find(
    ({ attributes }) => attributes['gen_ai.response.model'] === 'claude-5-20260901',
  )
  expect(served?.attributes).toStrictEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-5',
    'gen_ai.response.model': 'claude-5-20260901',
  })
  expect(served?.value).toMatchObject({
    count: 1,
    sum: 0.7,
    buckets: {
      boundaries: [
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
      ],
    },
  })
  expect(duration.dataPoints.map(({ attributes }) => attributes['error.type'])).toContain(
    'overloaded',
  )
  const tokens = metric('gen_ai.client.token.usage')
  expect(tokens.descriptor.unit).toBe('{token}')
  expect(
    new Set(tokens.dataPoints.map(({ attributes }) => attributes['gen_ai.token.type'])),
  ).toStrictEqual(new Set(['input', 'output']))
})

test('holdfast.* has what the conventions lack, with gauges read when they are asked for', () => {
  const value = (name: string, labels: object): unknown =>
    metric(name).dataPoints.find(
      ({ attributes }) => JSON.stringify(attributes) === JSON.stringify(labels),
    )?.value
  expect(value('holdfast.retries', { route: 'lacking' })).toBe(1)
  expect(value('holdfast.calls', { route: 'lacking', outcome: 'failed' })).toBe(1)
  expect(value('holdfast.call.failures', { route: 'lacking', fault: 'auth' })).toBe(1)
  expect(value('holdfast.fallbacks', { route: 'chat' })).toBe(1)
  expect(value('holdfast.circuit.state', { key: 'acme' })).toBe(2)
  expect(value('holdfast.circuit.banned', { key: 'acme' })).toBe(1)
})

test('every name that is exported is in the catalogue, or of the conventions', () => {
  const ours = new Set<string>(Object.values(METRICS).map(({ otel }) => otel))
  const strange = metrics
    .map(({ descriptor }) => descriptor.name)
    .filter((name) => !ours.has(name) && !name.startsWith('gen_ai.client.'))
  expect(strange).toStrictEqual([])
})

test('without an SDK the API does nothing, and the calls go on', () => {
  expect(withoutSdk).toBe('ok')
})
