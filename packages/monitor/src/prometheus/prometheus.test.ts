import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { pipeline, type Dialect } from '@holdfast/core'
import { fail, httpError, script, testClock } from '@holdfast/testing'
import { Registry } from 'prom-client'
import { afterEach, expect, test } from 'vitest'

import { circuitBreaker } from '../../../circuit-breaker/src/index.ts'
import { fallback } from '../../../fallback/src/index.ts'
import { METRICS } from '../catalogue.ts'
import type { MetricInfo } from '../metric-info.ts'
import { monitor } from '../monitor.ts'
import { priceTable } from '../prices.ts'
import { prometheus } from './index.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Serves the exporter's text over HTTP, and gives the function that scrapes it. */
const served = async (text: () => Promise<string>, contentType: string) => {
  const server = createServer((_, res) => {
    void text().then((body) => res.writeHead(200, { 'content-type': contentType }).end(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return async (): Promise<{ body: string; type: string | null }> => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    return { body: await response.text(), type: response.headers.get('content-type') }
  }
}

const dialect = {
  isRequest: () => true,
  isResponse: () => true,
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

const busy = async () => {
  const clock = testClock()
  const prices = priceTable({ 'claude-5': { inputPerMillion: 10, outputPerMillion: 100 } })
  const watch = monitor({ clock, prices })
  const metrics = prometheus(watch)
  const provider = script<object, { model: string }>(
    fail(httpError(401)),
    { model: 'claude-5' },
    { model: 'claude-5' },
  )
  const chat = pipeline(provider, [fallback(targets), circuitBreaker()], {
    clock,
    name: 'chat',
    dialect,
  })
  watch.watch(chat)
  await chat({})
  await chat({})
  return { metrics, watch }
}

test('a scrape over HTTP shows what happened', async () => {
  const { metrics } = await busy()
  const scrape = await served(() => metrics.text(), metrics.contentType)
  const { body, type } = await scrape()
  expect(type).toContain('text/plain')
  for (const line of [
    'holdfast_calls_total{route="chat",outcome="succeeded"} 2',
    'holdfast_calls_total{route="chat",outcome="failed"} 0',
    'holdfast_retries_total{route="chat"} 0',
    'holdfast_fallbacks_total{route="chat"} 1',
    'holdfast_last_option_total{route="chat"} 1',
    'holdfast_attempts_total{provider="anthropic",model="claude-5",outcome="succeeded"} 2',
    'holdfast_attempt_failures_total{provider="openai",model="gpt-5",fault="auth"} 1',
    'holdfast_tokens_total{provider="anthropic",model="claude-5",type="input"} 200',
    'holdfast_call_duration_seconds_count{route="chat",outcome="succeeded"} 2',
    'holdfast_circuit_state{key="gpt"} 2',
    'holdfast_circuit_banned{key="gpt"} 1',
    'holdfast_calls_in_flight{route="chat"} 0',
    'holdfast_alerts_firing{rule="key-banned",severity="page"} 1',
  ])
    expect(body).toContain(line)
  const cost = /^holdfast_cost_usd_total\{.*\} ([\d.e-]+)$/m.exec(body)?.[1]
  expect(Number(cost)).toBeCloseTo(0.006, 9)
})

test('gauges are of the moment: what is over is not shown any more', async () => {
  const { metrics, watch } = await busy()
  const closed = { ...watch.snapshot(), circuits: {}, alerts: [] }
  const quiet = prometheus({ ...watch, snapshot: () => closed })
  expect(await metrics.text()).toContain('holdfast_circuit_state{')
  expect(await quiet.text()).not.toContain('holdfast_circuit_state{')
})

test('the names keep the conventions of Prometheus', async () => {
  const { metrics } = await busy()
  const body = await metrics.text()
  const names = Object.values<MetricInfo>(METRICS)
  for (const { name, kind, unit, labels, help } of names) {
    expect(name).toMatch(/^holdfast_[a-z_]+$/)
    expect(name.endsWith('_total')).toBe(kind === 'counter')
    expect(/_seconds(_total)?$/.test(name)).toBe(unit === 's')
    expect(/_usd(_total)?$/.test(name)).toBe(unit === '{USD}')
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/)
    expect(help).toMatch(/\.$/)
    expect(body).toContain(`# HELP ${name} `)
    expect(body).toContain(`# TYPE ${name} ${kind}`)
  }
  expect(new Set(names.map(({ name }) => name)).size).toBe(names.length)
  expect(new Set(names.map(({ otel }) => otel)).size).toBe(names.length)
})

/** promtool comes with Debian's `prometheus`; where it is not, the test above is what there is. */
const promtool = ((): string | undefined => {
  const tool = process.env['PROMTOOL'] ?? 'promtool'
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' })
    return tool
  } catch {
    return undefined
  }
})()

test.runIf(promtool !== undefined)('promtool finds nothing to complain about', async () => {
  const { metrics } = await busy()
  const out = execFileSync(promtool!, ['check', 'metrics'], {
    input: await metrics.text(),
    encoding: 'utf8',
  })
  expect(out).toBe('')
})

test('a model name is a label only as long as there are few', async () => {
  const clock = testClock()
  const watch = monitor({ clock })
  const metrics = prometheus(watch)
  const chat = pipeline(async (_request: object) => 'ok', [], { clock, name: 'chat' })
  watch.watch(chat)
  for (let n = 0; n < 500; n++) await chat({ model: `model-${n}` })
  const body = await metrics.text()
  const models = new Set([...body.matchAll(/model="([^"]+)"/g)].map(([, model]) => model))
  expect(models.size).toBe(101)
  expect(models).toContain('other')
  expect(body.length).toBeLessThan(500_000)
})

test('no id and no prompt comes into the text', async () => {
  const clock = testClock()
  const watch = monitor({ clock })
  const metrics = prometheus(watch)
  const chat = pipeline(async (_request: object) => 'ok', [], { clock, name: 'chat' })
  watch.watch(chat)
  const callId = 'call-id-1'
  await chat({ prompt: 'private' }, { callId })
  expect(await metrics.text()).not.toMatch(/call-id-1|private/)
})

test('a registry of yours may be shared, and is left clean', async () => {
  const registry = new Registry()
  const { watch } = await busy()
  const metrics = prometheus(watch, { registry })
  expect(await registry.metrics()).toContain('holdfast_calls_total')
  metrics.close()
  expect(await registry.metrics()).toBe('\n')
})
