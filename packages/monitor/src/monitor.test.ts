import {
  Events,
  pipeline,
  rejectAnswer,
  faultOf,
  timeout,
  type Dialect,
  type Usage,
} from '@holdfast/core'
import { fail, hang, httpError, script, testClock, after } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { circuitBreaker } from '../../circuit-breaker/src/index.ts'
import { fallback } from '../../fallback/src/index.ts'
import { admit, limits, pace } from '../../limit/src/index.ts'
import { retry } from '../../retry/src/index.ts'
import { mergeStates } from './merge.ts'
import { monitor, type Monitor } from './monitor.ts'
import type { MonitorOptions } from './options.ts'
import { priceTable } from './prices.ts'
import { snapshotOf } from './snapshot.ts'

interface Answer {
  readonly text: string
  readonly usage?: Usage
  readonly model?: string
}
interface Ask {
  readonly prompt: string
}
const reported = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  source: 'reported',
})
const NONE: Usage = { inputTokens: 0, outputTokens: 0, source: 'none' }
const answer = (text: string, usage: Usage = reported(1_000, 100), model = 'small'): Answer => ({
  text,
  usage,
  model,
})
const dialect = {
  name: 'test',
  isRequest: () => true,
  isResponse: () => true,
  read: ({ text, usage = NONE, model }: Answer) => ({
    text,
    finish: 'stop',
    tools: [],
    usage,
    ...(model !== undefined && { model }),
  }),
  needs: ({ prompt }: Ask) => ({
    tools: false,
    jsonSchema: false,
    vision: false,
    streaming: false,
    inputTokens: prompt.length,
  }),
  modelOf: () => undefined,
} as unknown as Dialect<Ask, Answer>

// One dollar for a million tokens in, ten for a million out.
const prices = priceTable({
  small: { inputPerMillion: 1, outputPerMillion: 10 },
  large: { inputPerMillion: 10, outputPerMillion: 100 },
})
const SMALL_USD = 0.002
const LARGE_USD = 0.02

const setUp = (options: MonitorOptions = {}) => {
  const clock = testClock(1_000)
  const watch = monitor({ prices, clock, ...options })
  const shared = { clock, random: () => 0.5, dialect: dialect as unknown as Dialect }
  return { clock, watch, shared }
}
const targets = [
  { id: 'a', provider: 'acme', model: 'small' },
  { id: 'b', provider: 'other', model: 'large' },
]
const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )
const only = (watch: Monitor) => {
  const calls = watch.calls()
  expect(calls).toHaveLength(1)
  return calls[0]!
}

test('a call that succeeds is one entry with one attempt, its tokens and its price', async () => {
  const { clock, watch, shared } = setUp()
  const chat = pipeline(script<Ask, Answer>(after(300, answer('hi'))), [], {
    ...shared,
    name: 'chat',
    provider: 'acme',
    model: 'small',
  })
  watch.watch(chat)
  const result = chat({ prompt: 'x' })
  expect(watch.snapshot().overall.inFlight).toBe(1)
  await clock.advance(300)
  await result
  expect(only(watch)).toMatchObject({
    route: 'chat',
    outcome: 'succeeded',
    fault: undefined,
    durationMs: 300,
    queuedMs: 0,
    backoffMs: 0,
    retries: 0,
    usage: reported(1_000, 100),
    totalUsage: reported(1_000, 100),
    wastedUsd: 0,
    unpriced: 0,
    served: { target: 'acme/small', provider: 'acme', model: 'small', servedModel: 'small' },
  })
  expect(only(watch).costUsd).toBeCloseTo(SMALL_USD, 12)
  const { overall } = watch.snapshot()
  expect(overall).toMatchObject({ calls: 1, failed: 0, errorRate: 0, inFlight: 0 })
  expect(overall.latency.p50).toBeCloseTo(300, 6)
  expect(overall.costPerSuccessUsd).toBeCloseTo(SMALL_USD, 12)
})

test('R-57 R-59 R-60 after a fallback each attempt is priced at its own model, and the rejected ones at nothing', async () => {
  const { clock, watch, shared } = setUp()
  const provider = script<Ask, Answer>(
    fail(httpError(429)),
    fail(httpError(503)),
    answer('hi', reported(1_000, 100), 'large'),
  )
  const chat = pipeline(provider, [fallback(targets), retry({ maxAttempts: 2 })], {
    ...shared,
    name: 'chat',
  })
  watch.watch(chat)
  const result = chat({ prompt: 'x' })
  await clock.advance(60_000)
  await result
  const call = only(watch)
  expect(
    call.attempts.map(({ target, outcome, costUsd, fault }) => [
      target,
      outcome,
      costUsd,
      fault?.kind,
    ]),
  ).toStrictEqual([
    ['a', 'failed', 0, 'rate-limited'],
    ['b', 'failed', 0, 'overloaded'],
    [expect.any(String), 'succeeded', expect.closeTo(LARGE_USD, 12) as number, undefined],
  ])
  expect(call.served?.servedModel).toBe('large')
  expect(call.totalUsage).toMatchObject({ inputTokens: 1_000, outputTokens: 100 })
  expect(call.fallbacks[0]).toStrictEqual({ from: 'a', to: 'b' })
  expect(call.lastOption).toBe(true)
  const { overall, targets: byTarget } = watch.snapshot()
  expect(overall.fallbackRate).toBe(1)
  expect(overall.lastOptionRate).toBe(1)
  expect(byTarget['a']).toMatchObject({ byFault: { 'rate-limited': 1 } })
})

test('waits between attempts are told apart from work', async () => {
  const { clock, watch, shared } = setUp()
  const provider = script<Ask, Answer>(fail(httpError(500)), after(40, answer('hi')))
  const chat = pipeline(provider, [retry()], { ...shared, name: 'chat' })
  watch.watch(chat)
  const result = chat({ prompt: 'x' })
  await clock.advance(10_000)
  await result
  const call = only(watch)
  expect(call).toMatchObject({ retries: 1, outcome: 'succeeded' })
  expect(call.backoffMs).toBeGreaterThan(0)
  expect(call.durationMs).toBeCloseTo(call.backoffMs + 40, 6)
  expect(call.attempts[1]?.startedMs).toBeCloseTo(call.backoffMs, 6)
  expect(watch.snapshot().overall).toMatchObject({ retryRate: 1, retries: 1 })
})

test('an answer that a validator turned down is wasted money, and a failure of its target', async () => {
  const { watch, shared } = setUp()
  const provider = script<Ask, Answer>(answer('bad'), answer('good'))
  const chat = pipeline(
    provider,
    [
      async (ctx, next) => {
        const first = await next({ attempt: 1 })
        if (first.text === 'good') return first
        rejectAnswer(ctx.call, faultOf('invalid-output', 'no'))
        return next({ attempt: 2 })
      },
    ],
    { ...shared, name: 'chat', provider: 'acme', model: 'small' },
  )
  watch.watch(chat)
  await chat({ prompt: 'x' })
  const call = only(watch)
  expect(call.costUsd).toBeCloseTo(2 * SMALL_USD, 12)
  expect(call.wastedUsd).toBeCloseTo(SMALL_USD, 12)
  const { overall, targets: byTarget } = watch.snapshot()
  expect(overall.costUsd).toBeCloseTo(2 * SMALL_USD, 12)
  expect(overall.wastedUsd).toBeCloseTo(SMALL_USD, 12)
  expect(byTarget['acme/small']).toMatchObject({
    attempts: 2,
    failed: 1,
    byFault: { 'invalid-output': 1 },
  })
})

test('R-58 a timeout is billed by the guess that its target answers as usual, and says so', async () => {
  const { clock, watch, shared } = setUp()
  const provider = script<Ask, Answer>(answer('hi'), hang())
  const chat = pipeline(provider, [timeout({ timeoutMs: 500 })], {
    ...shared,
    name: 'chat',
    provider: 'acme',
    model: 'small',
  })
  watch.watch(chat)
  await chat({ prompt: 'x' })
  const second = caught(chat({ prompt: 'x'.repeat(1_000) }))
  await clock.advance(500)
  expect(await second).toMatchObject({ code: 'HOLDFAST_TIMEOUT' })
  const call = watch.calls()[1]!
  expect(call).toMatchObject({
    outcome: 'failed',
    fault: { kind: 'timeout' },
    totalUsage: { inputTokens: 1_000, outputTokens: 100, source: 'estimated' },
  })
  expect(call.estimatedUsd).toBeCloseTo(SMALL_USD, 12)
  expect(call.wastedUsd).toBeCloseTo(SMALL_USD, 12)
  const { overall } = watch.snapshot()
  expect(overall.estimatedUsd).toBeCloseTo(SMALL_USD, 12)
  // What the failures cost is on the bill of those who got an answer.
  expect(overall.costPerSuccessUsd).toBeCloseTo(2 * SMALL_USD, 12)
})

test('an answer that comes when nobody waits any more is paid for, and wasted', async () => {
  const { clock, watch, shared } = setUp()
  const deaf = script<Ask, Answer>(
    () => new Promise((resolve) => clock.after(900, () => resolve(answer('late')))),
  )
  const chat = pipeline(deaf, [timeout({ timeoutMs: 500 })], {
    ...shared,
    name: 'chat',
    provider: 'acme',
    model: 'small',
  })
  watch.watch(chat)
  const result = caught(chat({ prompt: 'x' }))
  await clock.advance(500)
  expect(await result).toMatchObject({ code: 'HOLDFAST_TIMEOUT' })
  await clock.advance(500)
  expect(watch.snapshot().overall).toMatchObject({
    costUsd: expect.closeTo(SMALL_USD, 12) as number,
    wastedUsd: expect.closeTo(SMALL_USD, 12) as number,
  })
  expect(only(watch).attempts[0]).toMatchObject({ outcome: 'discarded', wasted: true })
  expect(only(watch).costUsd).toBeCloseTo(SMALL_USD, 12)
})

test('unknown rather than wrong: without a price there are tokens and no dollars', async () => {
  const { watch, shared } = setUp({ prices: priceTable({}) })
  const chat = pipeline(script<Ask, Answer>(answer('hi')), [], { ...shared, name: 'chat' })
  watch.watch(chat)
  await chat({ prompt: 'x' })
  expect(only(watch)).toMatchObject({ costUsd: 0, unpriced: 1 })
  expect(only(watch).attempts[0]?.costUsd).toBeUndefined()
  expect(watch.snapshot().overall).toMatchObject({ inputTokens: 1_000, unpriced: 1, costUsd: 0 })
})

test('a target that carries a price needs no price source', async () => {
  const clock = testClock()
  const watch = monitor({ clock })
  const price = { inputPerMillion: 1, outputPerMillion: 10 }
  const chat = pipeline(
    script<Ask, Answer>(answer('hi')),
    [fallback([{ id: 'a', provider: 'acme', price }])],
    { clock, dialect: dialect as unknown as Dialect, name: 'chat' },
  )
  watch.watch(chat)
  await chat({ prompt: 'x' })
  expect(only(watch).costUsd).toBeCloseTo(SMALL_USD, 12)
})

test('a pipeline inside another one is counted once, though both are watched', async () => {
  const { clock, watch, shared } = setUp()
  const inner = pipeline(script<Ask, Answer>(fail(httpError(500)), answer('hi')), [retry()], {
    ...shared,
    name: 'inner',
    provider: 'acme',
    model: 'small',
  })
  const outer = pipeline(inner, [], { ...shared, name: 'outer' })
  watch.watch(inner)
  watch.watch(outer)
  const result = outer({ prompt: 'x' })
  await clock.advance(10_000)
  await result
  const { overall, targets: byTarget } = watch.snapshot()
  expect(overall).toMatchObject({ calls: 1, retries: 1, inputTokens: 1_000 })
  expect(byTarget['acme/small']).toMatchObject({ attempts: 2 })
  expect(only(watch)).toMatchObject({ route: 'outer', retries: 1 })
})

test('pipelines that share their events are heard once', async () => {
  const { watch, shared } = setUp()
  const events = new Events()
  const one = pipeline(script<Ask, Answer>(answer('hi')), [], { ...shared, name: 'one', events })
  const two = pipeline(script<Ask, Answer>(answer('hi')), [], { ...shared, name: 'two', events })
  watch.watch(one)
  watch.watch(two)
  await one({ prompt: 'x' })
  await two({ prompt: 'x' })
  expect(watch.snapshot().overall.calls).toBe(2)
})

test('after its watch was stopped nothing of a pipeline is listened to', async () => {
  const { watch, shared } = setUp()
  const chat = pipeline(script<Ask, Answer>(answer('hi'), answer('hi')), [], {
    ...shared,
    name: 'chat',
  })
  const stop = watch.watch(chat)
  await chat({ prompt: 'x' })
  stop()
  await chat({ prompt: 'x' })
  expect(watch.snapshot().overall.calls).toBe(1)
  expect(chat.events.eventNames()).toStrictEqual([])
})

test('circuits are told as they stand', async () => {
  const { clock, watch, shared } = setUp()
  const chat = pipeline(
    script<Ask, Answer>(fail(httpError(401)), answer('hi')),
    [circuitBreaker({ maxOpenMs: 20_000 })],
    { ...shared, name: 'chat', provider: 'acme' },
  )
  watch.watch(chat)
  expect(await caught(chat({ prompt: 'x' }))).toMatchObject({ status: 401 })
  await clock.advance(5_000)
  expect(watch.snapshot().circuits['acme']).toMatchObject({
    state: 'open',
    fault: 'auth',
    forMs: 5_000,
    timesOpened: 1,
  })
  await clock.advance(15_000)
  await chat({ prompt: 'x' })
  expect(watch.snapshot().circuits['acme']).toMatchObject({ state: 'closed', openMs: 20_000 })
})

test('calls that wait in a queue are told while they wait, and how long they did', async () => {
  const { clock, watch, shared } = setUp()
  const rate = limits({ maxConcurrent: 1 })
  const provider = script<Ask, Answer>(after(300, answer('1')), after(300, answer('2')))
  const chat = pipeline(provider, [admit(rate), pace(rate)], { ...shared, name: 'chat' })
  watch.watch(chat)
  const both = Promise.all([chat({ prompt: '1' }), chat({ prompt: '2' })])
  await clock.advance(100)
  expect(watch.snapshot().overall).toMatchObject({ inFlight: 2, queued: 1 })
  await clock.advance(1_000)
  await both
  expect(watch.snapshot().overall).toMatchObject({ inFlight: 0, queued: 0 })
  expect(watch.calls().map(({ queuedMs }) => queuedMs)).toStrictEqual([0, 300])
})

test('states of several processes merge into one, percentiles too', async () => {
  const { clock, watch, shared } = setUp()
  const other = monitor({ prices, clock })
  for (const [watcher, ms] of [
    [watch, 100],
    [other, 900],
  ] as const) {
    const chat = pipeline(script<Ask, Answer>(after(ms, answer('hi'))), [], {
      ...shared,
      name: 'chat',
    })
    watcher.watch(chat)
    const result = chat({ prompt: 'x' })
    await clock.advance(ms)
    await result
  }
  const states = [watch.state(), other.state()].map((state) => JSON.parse(JSON.stringify(state)))
  const { overall, routes } = snapshotOf(mergeStates(states))
  expect(overall).toMatchObject({ calls: 2, inputTokens: 2_000 })
  expect(routes['chat']?.latency).toMatchObject({ count: 2, mean: 500 })
  expect(routes['chat']?.latency.p99).toBeLessThan(910)
  expect(routes['chat']?.latency.p50).toBeCloseTo(100, -1)
})

test('more names than it may know are counted together', async () => {
  const { watch, shared } = setUp({ maxSeries: 2 })
  for (let n = 0; n < 5; n++) {
    const chat = pipeline(script<Ask, Answer>(answer('hi')), [], { ...shared, name: `route-${n}` })
    watch.watch(chat)
    await chat({ prompt: 'x' })
  }
  const { routes, overall } = watch.snapshot()
  expect(Object.keys(routes)).toStrictEqual(['route-0', 'route-1', 'other'])
  expect(overall.calls).toBe(5)
})

test('calls() remembers the last ones, and no prompt', async () => {
  const { watch, shared } = setUp({ maxCalls: 2 })
  const chat = pipeline(script<Ask, Answer>(answer('1'), fail(httpError(400)), answer('3')), [], {
    ...shared,
    name: 'chat',
  })
  watch.watch(chat)
  const seen: unknown[] = []
  watch.on('call', ({ request }) => seen.push(request))
  await chat({ prompt: 'one' })
  expect(await caught(chat({ prompt: 'two' }))).toMatchObject({ status: 400 })
  await chat({ prompt: 'three' })
  expect(watch.calls().map(({ outcome }) => outcome)).toStrictEqual(['failed', 'succeeded'])
  expect(watch.calls().map(({ request }) => request)).toStrictEqual([undefined, undefined])
  expect(seen).toStrictEqual([undefined, { prompt: 'two' }, undefined])
})

test('options that cannot be are refused with a sentence', () => {
  expect(() => monitor({ maxSeries: 0 })).toThrow('monitor: maxSeries must be')
  expect(() => monitor({ prices: {} as never })).toThrow('monitor: prices must be')
  expect(() => monitor({ price: 1 } as never)).toThrow("monitor: unknown option 'price'")
})
