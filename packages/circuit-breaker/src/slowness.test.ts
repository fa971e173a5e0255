import { health, pipeline, sleep, type Policy } from '@holdfast/core'
import { hang, script, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { circuitBreaker, circuitsOf, type CircuitBreakerOptions } from './index.ts'

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

/** A target of which a first content within a second is usual. */
const setUp = (
  step: unknown,
  options: CircuitBreakerOptions,
  ...between: Policy<string, unknown>[]
) => {
  const clock = testClock()
  const known = health()
  known.of('p').p95FirstContentMs = 1_000
  const provider = script<string, unknown>(step)
  const breaker = circuitBreaker({ consecutiveFailures: 1, minimumCalls: 1, ...options })
  const chat = pipeline(provider, [breaker, ...between], { provider: 'p', clock, health: known })
  return { clock, known, provider, chat, state: () => circuitsOf(breaker).state() }
}
/** A queue of our own in which a call stands for ten seconds. */
const queue: Policy<string, unknown> = async (ctx, next) => {
  await sleep(ctx, 10_000)
  return next()
}

describe('slow calls by what the target usually takes', () => {
  const slowCallMs = { p95Times: 2 }

  test('are failures as soon as they are late, not when they end', async () => {
    const { chat, clock, known, state } = setUp(hang(), { slowCallMs, consecutiveFailures: 3 })
    for (let i = 0; i < 3; i++) void outcome(chat('hi'))
    await clock.advance(1_900)
    expect(state()).toBe('closed')
    await clock.advance(200)
    expect(state()).toBe('open')
    expect(known.of('p').state).toBe('open')
  })

  test('nothing is late while nothing is known, and no timer is left', async () => {
    const { chat, clock, known } = setUp('fine', { slowCallMs })
    await chat('hi')
    known.of('p').p95FirstContentMs = undefined
    await chat('hi')
    expect(clock.pending).toBe(0)
  })

  test('what is usual is learned for the breaker alone, though nobody listens', async () => {
    const { chat, known } = setUp('fine', { slowCallMs })
    known.of('p').p95FirstContentMs = undefined
    for (let i = 0; i < 30; i++) await chat('hi')
    expect(known.of('p').p95FirstContentMs).toBe(10)
  })

  test('T51 time in a queue of our own is not held against the target', async () => {
    const { clock, chat, state, provider } = setUp(hang(), { slowCallMs }, queue)
    void outcome(chat('hi'))
    await clock.advance(11_500)
    expect(provider.calls).toHaveLength(1)
    expect(state()).toBe('closed')
    await clock.advance(600)
    expect(state()).toBe('open')
  })

  test('a pipeline as the provider is late, too', async () => {
    const { clock, provider } = setUp(hang(), {})
    const known = health()
    known.of('outer').p95FirstContentMs = 1_000
    const breaker = circuitBreaker({ consecutiveFailures: 1, slowCallMs })
    const outer = pipeline(pipeline(provider, []), [breaker], {
      provider: 'outer',
      clock,
      health: known,
    })
    void outcome(outer('hi'))
    await clock.advance(2_100)
    expect(circuitsOf(breaker).state()).toBe('open')
  })

  test('R-34 a call whose caller has left is not late', async () => {
    const { clock, chat, state } = setUp(() => new Promise<string>(() => {}), { slowCallMs })
    const caller = new AbortController()
    const call = outcome(chat('hi', { signal: caller.signal }))
    caller.abort('bye')
    expect(await call).toBe('bye')
    await clock.advance(5_000)
    expect(state()).toBe('closed')
  })

  test('T79 a later change to the options has no effect', async () => {
    const given = { p95Times: 2 }
    const { clock, chat, state } = setUp(hang(), { slowCallMs: given })
    given.p95Times = 1_000
    void outcome(chat('hi'))
    await clock.advance(2_100)
    expect(state()).toBe('open')
  })
})

test.each([
  [500, 'open'],
  [501, 'closed'],
])('T51 of a target that takes half a second, behind a queue, %i ms are %s', async (ms, state) => {
  const step = (_request: string, ctx: Parameters<typeof sleep>[0]): Promise<void> =>
    sleep(ctx, 500)
  const made = setUp(step, { slowCallMs: ms }, queue)
  const call = made.chat('hi')
  await made.clock.advance(10_500)
  await call
  expect(made.state()).toBe(state)
})
