import { health, pipeline, place, type Policy } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { fail, hang, httpError, recordEvents, script, settle, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import {
  circuitBreaker,
  circuitsOf,
  CircuitOpenError,
  type CircuitBreakerOptions,
} from './index.ts'

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)
const down = fail(httpError(503))

/** As many healthy untried targets as the test says. */
const others = (count: () => number): Policy<string, unknown> =>
  place({ name: 'others', floor: 'fallback' }, (_ctx, next) => next({ alternatives: count }))

const setUp = (
  steps: readonly unknown[],
  options: CircuitBreakerOptions,
  count: () => number = () => 0,
) => {
  const clock = testClock()
  const known = health()
  const provider = script<string, unknown>(...(steps as [unknown]))
  const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 10_000, ...options })
  const chat = pipeline(provider, [others(count), breaker], { provider: 'p', clock, health: known })
  return { clock, known, provider, breaker, chat }
}

describe('evacuation', () => {
  test('T46 calls that wait on a target whose circuit opens go elsewhere at once; they say nothing about it', async () => {
    const { chat, provider, breaker } = setUp([hang(), hang(), down], { evacuate: true }, () => 1)
    const waiting = [outcome(chat('1')), outcome(chat('2'))]
    await outcome(chat('3'))
    const [first, second] = await Promise.all(waiting)
    expect(CircuitOpenError.is(first) && CircuitOpenError.is(second)).toBe(true)
    expect(first).toMatchObject({ fault: { kind: 'circuit-open', retryAfterMs: 10_000 } })
    expect(provider.calls).toHaveLength(3)
    expect(circuitsOf(breaker).snapshot().circuits['p']).toMatchObject({ openings: 1 })
  })

  test('with nowhere else to go they stay', async () => {
    let left = 0
    const { chat, clock } = setUp([hang(), down], { evacuate: true }, () => left)
    let over = false
    void outcome(chat('1')).then(() => (over = true))
    left = 1
    await outcome(chat('2'))
    await clock.advance(1_000)
    expect(over).toBe(false)
  })

  test("a caller's own abort still reaches the provider, and leaves nothing behind", async () => {
    const { chat } = setUp([hang(), 'fine'], { evacuate: true }, () => 1)
    const caller = new AbortController()
    const call = outcome(chat('1', { signal: caller.signal }))
    await settle()
    caller.abort('enough')
    expect(await call).toBe('enough')
    expect(await chat('2')).toBe('fine')
  })
})

describe('whenAllOpen', () => {
  test('R-36 probe: with every target open one call a second still finds out', async () => {
    const { chat, clock, provider } = setUp([down, down, 'fine', 'fine'], { whenAllOpen: 'probe' })
    await outcome(chat('opens'))
    await outcome(chat('goes through'))
    expect(CircuitOpenError.is(await outcome(chat('is rejected')))).toBe(true)
    expect(provider.calls).toHaveLength(2)
    await clock.advance(1_000)
    expect(await chat('finds it healthy')).toBe('fine')
    expect(await chat('and so it is')).toBe('fine')
  })

  test('probe: those who wait outside are told when the next one may pass', async () => {
    const { chat, clock, known } = setUp([down, down], { whenAllOpen: 'probe' })
    await outcome(chat('opens'))
    await outcome(chat('goes through'))
    await outcome(chat('is rejected'))
    expect(known.of('p').until).toBe(clock.now() + 1_000)
  })

  test('probe: with another target left it is as closed as ever', async () => {
    const { chat, provider } = setUp([down, 'fine'], { whenAllOpen: 'probe' }, () => 1)
    await outcome(chat('opens'))
    expect(CircuitOpenError.is(await outcome(chat('hi')))).toBe(true)
    expect(provider.calls).toHaveLength(1)
  })

  test('R-36 soonest: a call waits for the end of the break if it has the time', async () => {
    const { chat, clock, provider } = setUp([down, 'fine'], { whenAllOpen: 'soonest' })
    await outcome(chat('opens'))
    const late = chat('waits')
    await clock.advance(9_900)
    expect(provider.calls).toHaveLength(1)
    await clock.advance(200)
    expect(await late).toBe('fine')
    expect(clock.pending).toBe(0)
  })

  test('soonest: one that has not is rejected at once', async () => {
    const { chat, clock } = setUp([down], { whenAllOpen: 'soonest' })
    await outcome(chat('opens'))
    const deadline = clock.now() + 5_000
    expect(CircuitOpenError.is(await outcome(chat('hi', { deadline })))).toBe(true)
  })

  test('T12 a probe before its time that fails does not cut short what the provider asked for', async () => {
    const hinted = fail(httpError(503, { headers: { 'retry-after': '600' } }))
    const { chat } = setUp([hinted, down], { whenAllOpen: 'probe' })
    await outcome(chat('opens'))
    await outcome(chat('fails'))
    await outcome(chat('is rejected'))
    expect(await outcome(chat('hi'))).toMatchObject({ fault: { retryAfterMs: 1_000 } })
  })

  test('T12 nor does it let others in that have somewhere else to go', async () => {
    let left = 0
    const { chat, provider } = setUp(
      [down, fail(httpError(400)), 'fine'],
      { whenAllOpen: 'probe' },
      () => left,
    )
    await outcome(chat('opens'))
    await outcome(chat('says nothing'))
    left = 1
    expect(CircuitOpenError.is(await outcome(chat('hi')))).toBe(true)
    expect(provider.calls).toHaveLength(2)
  })

  test('a probe before its time tells of the break once, and of a key that turns out to be revoked', async () => {
    const revoked = fail(httpError(401))
    const { chat, clock } = setUp([down, down, revoked, revoked], { whenAllOpen: 'probe' })
    const events = recordEvents(chat)
    for (let i = 0; i < 4; i++) {
      await outcome(chat('hi'))
      await clock.advance(1_000)
    }
    const opened = events.flatMap((event) => (event.type === 'circuit:opened' ? [event.fault] : []))
    expect(opened.map((fault) => fault?.kind)).toEqual(['overloaded', 'auth'])
  })

  test('it is one call a second, however many probes a half-open circuit lets through', async () => {
    const { chat, provider, clock } = setUp([down, hang()], {
      whenAllOpen: 'probe',
      halfOpenProbes: 5,
    })
    await outcome(chat('opens'))
    for (let i = 0; i < 10; i++) void outcome(chat('hi'))
    await settle()
    expect(provider.calls).toHaveLength(2)
    await clock.advance(1_000)
    for (let i = 0; i < 10; i++) void outcome(chat('hi'))
    await settle()
    expect(provider.calls).toHaveLength(3)
  })
})

test('T45 while the probe is out the target does not look ready to a queue outside', async () => {
  const { chat, clock, known } = setUp([down, hang()], {})
  await outcome(chat('opens'))
  await clock.advance(10_000)
  expect(known.isReady('p', clock.now())).toBe(true)
  void outcome(chat('probes'))
  await settle()
  expect(known.isReady('p', clock.now())).toBe(false)
  await clock.advance(1_000)
  expect(known.isReady('p', clock.now())).toBe(true)
})

describe('calls that say nothing', () => {
  test('T45 one of before the break does not call others while the probe is out', async () => {
    const { chat, clock, known } = setUp([hang(), down, hang()], { openMs: 1_000, openJitter: 0 })
    const caller = new AbortController()
    const early = outcome(chat('1', { signal: caller.signal }))
    await outcome(chat('2'))
    await clock.advance(1_000)
    void outcome(chat('the probe'))
    await settle()
    caller.abort('left')
    await early
    expect(known.isReady('p', clock.now())).toBe(false)
  })

  test('T43 readers who leave in the middle, for reasons of their own, open nothing', async () => {
    const provider = streaming(async function* (_request: string): AsyncGenerator<string> {
      for (;;) yield 'a'
    })
    const breaker = circuitBreaker({ consecutiveFailures: 1, minimumCalls: 1 })
    const chat = pipeline(provider, [breaker], { provider: 'p' })
    for (const why of [new DOMException('closed', 'AbortError'), { status: 503 }, 'bye'])
      await (await chat('hi')).toReadableStream().cancel(why)
    expect((await chat('hi')).seen.text).toBe('a')
  })
})
