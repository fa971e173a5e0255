import { pipeline, type Provider } from '@holdfast/core'
import { httpError, seededRandom, testClock, type TestClock } from '@holdfast/testing'
import { describe, expect, test, vi } from 'vitest'

import { circuitBreaker } from '../../../circuit-breaker/src/index.ts'
import { fallback } from '../../../fallback/src/index.ts'
import { retry } from '../../../retry/src/index.ts'
import { monitor } from '../monitor.ts'
import type { MonitorOptions } from '../options.ts'
import { priceTable } from '../prices.ts'
import { costRate, DEFAULT_RULES } from './default-rules.ts'

const MINUTE_MS = 60_000

interface Log {
  readonly what: 'fired' | 'resolved'
  readonly rule: string
  readonly key: string
  readonly at: number
}

/** A monitor, its clock, and what its alerts told, with monotonic times. */
const setUp = (options: MonitorOptions = {}) => {
  const clock = testClock(5_000)
  const watch = monitor({ clock, ...options })
  const log: Log[] = []
  for (const what of ['fired', 'resolved'] as const)
    watch.alerts.on(what, ({ rule, key }) => log.push({ what, rule, key, at: clock.now() }))
  return { clock, watch, log }
}

const wait = (clock: TestClock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve)
  })

/** A provider of which the test says how long it takes and how often it fails. */
const moody = (clock: TestClock) => {
  const mood = { latencyMs: 100, failing: 0, status: 500 }
  const dice = seededRandom(7)
  const provider: Provider<unknown, string> = async () => {
    // Nothing answers to the millisecond.
    await wait(clock, mood.latencyMs * (0.8 + 0.4 * dice()))
    if (dice() < mood.failing) throw httpError(mood.status)
    return 'ok'
  }
  return { mood, provider }
}

/** Calls at a steady pace for so long. */
const traffic = async (
  clock: TestClock,
  handler: (request: string) => Promise<unknown>,
  { forMs, everyMs = 500 }: { readonly forMs: number; readonly everyMs?: number },
): Promise<void> => {
  for (let passed = 0; passed < forMs; passed += everyMs) {
    handler('hi').catch(() => {})
    await clock.advance(everyMs)
  }
}

describe('the four alerts of every production checklist', () => {
  test('more than 5 % errors within 5 minutes: fires within 10 s, and is resolved', async () => {
    const { clock, watch, log } = setUp()
    const { mood, provider } = moody(clock)
    const chat = pipeline(provider, [], { clock, name: 'chat' })
    watch.watch(chat)
    await traffic(clock, chat, { forMs: 10 * MINUTE_MS })
    expect(log).toStrictEqual([])
    mood.failing = 1
    const began = clock.now()
    // At two calls a second 5 % of five minutes' calls are 30, so that the condition holds after 15 s.
    await traffic(clock, chat, { forMs: 30_000 })
    mood.failing = 0
    const [fired] = log
    expect(fired).toMatchObject({ what: 'fired', rule: 'error-rate', key: 'chat' })
    expect(fired!.at - began).toBeGreaterThan(14_000)
    expect(fired!.at - began).toBeLessThan(25_500)
    await traffic(clock, chat, { forMs: 7 * MINUTE_MS })
    expect(log.map(({ what }) => what)).toStrictEqual(['fired', 'resolved'])
  })

  test('an opened breaker: fires at once, and is resolved when it stays closed', async () => {
    const { clock, watch, log } = setUp()
    const { mood, provider } = moody(clock)
    const breaker = circuitBreaker({ consecutiveFailures: 5 })
    const chat = pipeline(provider, [breaker], { clock, name: 'chat', provider: 'acme' })
    watch.watch(chat)
    await traffic(clock, chat, { forMs: MINUTE_MS })
    mood.failing = 1
    let opened = Infinity
    chat.events.on('circuit:opened', () => (opened = Math.min(opened, clock.now())))
    await traffic(clock, chat, { forMs: 20_000 })
    const fired = log.find(({ rule }) => rule === 'circuit-open')
    expect(fired).toMatchObject({ what: 'fired', key: 'acme' })
    expect(fired!.at - opened).toBeLessThan(1_000)
    mood.failing = 0
    await traffic(clock, chat, { forMs: 10 * MINUTE_MS })
    expect(log.filter(({ rule }) => rule === 'circuit-open').map(({ what }) => what)).toStrictEqual(
      ['fired', 'resolved'],
    )
  })

  test('the last option of a fallback list: fires within 10 s, and is resolved', async () => {
    const { clock, watch, log } = setUp()
    const { mood, provider } = moody(clock)
    const targets = [
      { id: 'a', provider: 'acme', call: provider },
      { id: 'b', provider: 'other', call: async () => 'ok' },
    ]
    const chat = pipeline(provider, [fallback(targets)], { clock, name: 'chat' })
    watch.watch(chat)
    await traffic(clock, chat, { forMs: MINUTE_MS })
    expect(log).toStrictEqual([])
    mood.failing = 1
    const began = clock.now()
    await traffic(clock, chat, { forMs: 10_000 })
    expect(log[0]).toMatchObject({ what: 'fired', rule: 'last-option', key: 'chat' })
    expect(log[0]!.at - began).toBeLessThan(10_000)
    mood.failing = 0
    await traffic(clock, chat, { forMs: 5 * MINUTE_MS })
    expect(log.map(({ what, rule }) => `${what} ${rule}`)).toStrictEqual([
      'fired last-option',
      'resolved last-option',
    ])
  })

  test('doubled latency: fires within 10 s of the mean being double, and is resolved', async () => {
    const { clock, watch, log } = setUp()
    const { mood, provider } = moody(clock)
    const chat = pipeline(provider, [], { clock, name: 'chat' })
    watch.watch(chat)
    await traffic(clock, chat, { forMs: 20 * MINUTE_MS, everyMs: 1_000 })
    expect(log).toStrictEqual([])
    mood.latencyMs = 250
    const began = clock.now()
    await traffic(clock, chat, { forMs: 6 * MINUTE_MS, everyMs: 1_000 })
    // The mean of five minutes is double when two thirds of them were at 2.5 times: after 200 s.
    const [fired] = log
    expect(fired).toMatchObject({ what: 'fired', rule: 'latency-doubled', key: 'chat' })
    expect(fired!.at - began).toBeGreaterThan(180_000)
    expect(fired!.at - began).toBeLessThan(225_000)
    mood.latencyMs = 100
    await traffic(clock, chat, { forMs: 8 * MINUTE_MS, everyMs: 1_000 })
    expect(log.map(({ what }) => what)).toStrictEqual(['fired', 'resolved'])
  })
})

test('a healthy day is silent', async () => {
  const { clock, watch, log } = setUp()
  const { mood, provider } = moody(clock)
  mood.failing = 0.01
  mood.status = 503
  const targets = [
    { id: 'a', provider: 'acme' },
    { id: 'b', provider: 'acme' },
    { id: 'c', provider: 'acme' },
  ]
  const chat = pipeline(provider, [fallback(targets), retry(), circuitBreaker()], {
    clock,
    name: 'chat',
    random: seededRandom(3),
  })
  watch.watch(chat)
  await traffic(clock, chat, { forMs: 120 * MINUTE_MS, everyMs: 3_000 })
  expect(watch.snapshot().overall.calls).toBeGreaterThan(50)
  expect(log).toStrictEqual([])
})

test('a target that flaps is one alert, not many', async () => {
  const { clock, watch, log } = setUp()
  const { mood, provider } = moody(clock)
  const breaker = circuitBreaker({ consecutiveFailures: 5 })
  const chat = pipeline(provider, [breaker], { clock, name: 'chat', provider: 'acme' })
  watch.watch(chat)
  let opened = 0
  chat.events.on('circuit:opened', () => opened++)
  for (let turn = 0; turn < 20; turn++) {
    mood.failing = turn % 2
    await traffic(clock, chat, { forMs: 30_000 })
  }
  expect(opened).toBeGreaterThan(5)
  const counts = new Map<string, number>()
  for (const { what, rule } of log)
    counts.set(`${what} ${rule}`, (counts.get(`${what} ${rule}`) ?? 0) + 1)
  expect([...counts]).toStrictEqual([
    ['fired error-rate', 1],
    ['fired circuit-open', 1],
  ])
})

test('what is over is resolved although no more calls come', async () => {
  const { clock, watch, log } = setUp()
  const { mood, provider } = moody(clock)
  const chat = pipeline(provider, [], { clock, name: 'chat' })
  watch.watch(chat)
  mood.failing = 1
  await traffic(clock, chat, { forMs: 20_000 })
  await clock.advance(10 * MINUTE_MS)
  expect(log.map(({ what }) => what)).toStrictEqual(['fired', 'resolved'])
  expect(watch.alerts.firing).toStrictEqual([])
  // Nothing is left that could keep anything alive.
  expect(clock.pending).toBe(0)
})

test('too few calls prove nothing', async () => {
  const { clock, watch, log } = setUp()
  const { mood, provider } = moody(clock)
  const chat = pipeline(provider, [], { clock, name: 'chat' })
  watch.watch(chat)
  mood.failing = 1
  await traffic(clock, chat, { forMs: 19 * 500 })
  await clock.advance(MINUTE_MS)
  expect(log).toStrictEqual([])
})

test('a key that the provider turns away is banned, and says so', async () => {
  const { clock, watch, log } = setUp()
  const { mood, provider } = moody(clock)
  mood.failing = 1
  mood.status = 401
  const chat = pipeline(provider, [circuitBreaker()], { clock, name: 'chat', provider: 'acme' })
  watch.watch(chat)
  await traffic(clock, chat, { forMs: 2_000 })
  expect(log.map(({ rule }) => rule)).toContain('key-banned')
  expect(watch.snapshot().alerts.find(({ rule }) => rule === 'key-banned')).toMatchObject({
    key: 'acme',
    severity: 'page',
    summary: 'The provider turns us away at acme: its key or its quota needs a human',
  })
})

test('faults without a name that become more are reported', async () => {
  const { clock, watch, log } = setUp()
  let strange = false
  const chat = pipeline(
    async () => {
      if (strange) throw new Error('the frobnicator is out of blinker fluid')
      return 'ok'
    },
    [],
    { clock, name: 'chat' },
  )
  watch.watch(chat)
  await traffic(clock, chat, { forMs: 10 * MINUTE_MS })
  strange = true
  await traffic(clock, chat, { forMs: 10_000 })
  expect(log.map(({ rule }) => rule)).toContain('unknown-faults-rising')
})

test('a client that retries by itself is found out, from the description or from its errors', async () => {
  const { clock, watch, log } = setUp()
  const { provider } = moody(clock)
  const stacked = { clock, name: 'stacked', providerRetries: 2 }
  watch.watch(pipeline(provider, [retry()], stacked))
  const error = Object.assign(new Error('Failed after 3 attempts'), {
    name: 'AI_RetryError',
    errors: [new Error('1'), new Error('2'), new Error('3')],
  })
  const chat = pipeline(async () => Promise.reject(error), [], { clock, name: 'sdk' })
  watch.watch(chat)
  await traffic(clock, chat, { forMs: 6_000 })
  expect(log.filter(({ rule }) => rule === 'retries-stacked').map(({ key }) => key)).toStrictEqual([
    'stacked',
    'sdk',
  ])
})

test('spending too fast has no default, and is one rule more', async () => {
  const price = { inputPerMillion: 0, outputPerMillion: 1_000_000 }
  const { clock, watch, log } = setUp({
    rules: [...DEFAULT_RULES, costRate(100)],
    prices: priceTable({ small: price }),
  })
  const usage = { inputTokens: 0, outputTokens: 1, source: 'reported' }
  const dialect = {
    isResponse: () => true,
    isRequest: () => true,
    modelOf: () => 'small',
    read: () => ({ text: '', finish: 'stop', tools: [], usage }),
  }
  const chat = pipeline(async () => ({}), [], { clock, name: 'chat', dialect: dialect as never })
  watch.watch(chat)
  // A dollar every 30 seconds is 120 dollars an hour.
  await traffic(clock, chat, { forMs: 10 * MINUTE_MS, everyMs: 30_000 })
  expect(log.map(({ rule }) => rule)).toStrictEqual(['cost-rate'])
})

test('a budget that is nearly spent is told before it is spent', () => {
  const { clock, watch, log } = setUp()
  const listeners = new Map<string, (event: object) => void>()
  const events = {
    on: (type: string, listener: never) => listeners.set(type, listener),
    off: () => {},
  }
  watch.watch({ events: events as never })
  const debited = { key: 'acme', limitUsd: 10, periodMs: 86_400_000 }
  listeners.get('budget:debited')!({ ...debited, spentUsd: 7 })
  watch.alerts.look(clock.now())
  expect(log).toStrictEqual([])
  listeners.get('budget:debited')!({ ...debited, spentUsd: 8.5 })
  watch.alerts.look(clock.now())
  expect(watch.alerts.firing).toMatchObject([
    { rule: 'budget-nearly-spent', summary: '85.0 % of the budget acme per day is spent' },
  ])
})

test('T32 a listener that throws takes the alert from nobody', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { clock, watch } = setUp()
  const { mood, provider } = moody(clock)
  const chat = pipeline(provider, [], { clock, name: 'chat' })
  watch.watch(chat)
  const heard: string[] = []
  watch.alerts.on('fired', () => {
    throw new Error('listener')
  })
  watch.alerts.on('fired', ({ rule }) => heard.push(rule))
  mood.failing = 1
  await traffic(clock, chat, { forMs: 20_000 })
  expect(heard).toStrictEqual(['error-rate'])
  expect(told).toHaveBeenCalledOnce()
})
