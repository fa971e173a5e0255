import { pipeline, timeout } from '@holdfast/core'
import { fail, httpError, script, testClock } from '@holdfast/testing'
import { expect, test, vi } from 'vitest'

import { retry } from '../../../retry/src/index.ts'
import { Emitter } from '../emitter.ts'
import type { Alert } from './alert.ts'
import type { AlertEvents } from './alerts.ts'
import { alertsToConsole, alertsToWebhook, type Send } from './sinks.ts'

const alert: Alert = {
  rule: 'error-rate',
  key: 'chat',
  severity: 'page',
  summary: '7.5 % of the calls of chat failed within five minutes',
  value: 0.075,
  firedAt: 1,
  resolvedAt: undefined,
}
type Post = Parameters<Send>[0]
const source = (): Emitter<AlertEvents> => new Emitter<AlertEvents>()

test('the console is told when an alert fires and when it is resolved', () => {
  const alerts = source()
  const out = { error: vi.fn<(line: string) => void>(), info: vi.fn<(line: string) => void>() }
  const stop = alertsToConsole(alerts, out)
  alerts.emit('fired', alert)
  alerts.emit('resolved', { ...alert, resolvedAt: 2 })
  stop()
  alerts.emit('fired', alert)
  expect(out.error.mock.calls).toStrictEqual([
    ['holdfast firing [page] error-rate: 7.5 % of the calls of chat failed within five minutes'],
  ])
  expect(out.info).toHaveBeenCalledOnce()
})

test('a webhook is posted through our own retry, in order', async () => {
  const clock = testClock()
  const alerts = source()
  const post = script<Post>(fail(httpError(503)), 'ok', 'ok')
  const send = pipeline(post, [retry(), timeout({ timeoutMs: 5_000 })], { clock, name: 'webhook' })
  alertsToWebhook(alerts, {
    url: 'https://hooks.example.com/1',
    send,
    headers: { authorization: 'Bearer x' },
  })
  alerts.emit('fired', alert)
  alerts.emit('resolved', { ...alert, resolvedAt: 2 })
  await clock.advance(60_000)
  expect(
    post.calls.map(({ request }) => (JSON.parse(request.body) as { status: string }).status),
  ).toStrictEqual(['firing', 'firing', 'resolved'])
  expect(post.calls[0]?.request).toMatchObject({
    url: 'https://hooks.example.com/1',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
  })
  expect(JSON.parse(post.calls[0]!.request.body)).toMatchObject({
    text: 'FIRING error-rate: 7.5 % of the calls of chat failed within five minutes',
    alert: { rule: 'error-rate', value: 0.075 },
  })
})

test('an alert that cannot be posted is told on the console, and the next one is tried', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  const alerts = source()
  const sent: string[] = []
  const send: Send = async ({ body }) => {
    if (sent.push(body) === 1) throw new Error('down')
  }
  alertsToWebhook(alerts, { url: 'https://hooks.example.com/1', send })
  alerts.emit('fired', alert)
  alerts.emit('resolved', alert)
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(told).toHaveBeenCalledOnce()
})
