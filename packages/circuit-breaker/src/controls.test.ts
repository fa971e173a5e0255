import { ConfigurationError, pipeline } from '@holdfast/core'
import { fail, httpError, recordEvents, script, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import {
  circuitBreaker,
  circuitsOf,
  CircuitOpenError,
  type CircuitBreaker,
  type CircuitBreakerSnapshot,
} from './index.ts'

const down = fail(httpError(503))
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)
const breakerOf = (): CircuitBreaker => circuitBreaker({ consecutiveFailures: 3, openMs: 10_000 })

describe('isolate', () => {
  test('rejects everything until it is released', async () => {
    const breaker = breakerOf()
    const provider = script<string>('fine')
    const chat = pipeline(provider, [breaker], { provider: 'p', clock: testClock() })
    const events = recordEvents(chat)
    const release = circuitsOf(breaker).isolate()
    expect(circuitsOf(breaker).state()).toBe('isolated')
    const error = await outcome(chat('hi'))
    expect(CircuitOpenError.is(error)).toBe(true)
    expect((error as CircuitOpenError).fault).not.toHaveProperty('retryAfterMs')
    expect(events.types()).toContain('circuit:rejected')
    expect(provider.calls).toHaveLength(0)
    release()
    expect(await chat('hi')).toBe('fine')
  })

  test('T50 the release restores the state of before, whatever it was', async () => {
    const clock = testClock(1_000)
    const breaker = breakerOf()
    const chat = pipeline(
      script<string>(down, down, down, () => new Promise<string>(() => {})),
      [breaker],
      {
        provider: 'p',
        clock,
      },
    )
    for (let i = 0; i < 3; i++) await outcome(chat('hi'))
    expect(circuitsOf(breaker).state('p')).toBe('open')
    circuitsOf(breaker).isolate()()
    expect(circuitsOf(breaker).state('p')).toBe('open')
    await clock.advance(10_000)
    void chat('probe')
    const release = circuitsOf(breaker).isolate('p')
    expect(circuitsOf(breaker).state('p')).toBe('isolated')
    release()
    expect(circuitsOf(breaker).state('p')).toBe('half-open')
  })

  test('the worst of all is one that is isolated, though no call has seen it yet', () => {
    const breaker = breakerOf()
    const lift = circuitsOf(breaker).isolate('p')
    expect(circuitsOf(breaker).state()).toBe('isolated')
    lift()
    expect(circuitsOf(breaker).state()).toBe('closed')
  })

  test('T50 two who isolate do not lift each other, and a release counts once', () => {
    const breaker = breakerOf()
    const [one, other] = [circuitsOf(breaker).isolate('p'), circuitsOf(breaker).isolate('p')]
    one()
    one()
    expect(circuitsOf(breaker).state('p')).toBe('isolated')
    expect(circuitsOf(breaker).state('q')).toBe('closed')
    other()
    expect(circuitsOf(breaker).state('p')).toBe('closed')
  })
})

describe('snapshot and restore', () => {
  const openedAt = async (startMs: number, wallMs: number): Promise<CircuitBreaker> => {
    const breaker = breakerOf()
    const clock = testClock(startMs, { wallMs })
    const chat = pipeline(script<string>(down), [breaker], { provider: 'p', clock })
    for (let i = 0; i < 3; i++) await outcome(chat('hi'))
    return breaker
  }
  const overWire = (snapshot: CircuitBreakerSnapshot): CircuitBreakerSnapshot =>
    JSON.parse(JSON.stringify(snapshot)) as CircuitBreakerSnapshot

  test('T49 another process with another monotonic origin gets the time that is left', async () => {
    const snapshot = overWire(circuitsOf(await openedAt(900_000, 1_700_000_000_000)).snapshot())
    const clock = testClock(5, { wallMs: 1_700_000_004_000 })
    const breaker = breakerOf()
    circuitsOf(breaker).restore(snapshot, clock)
    expect(circuitsOf(breaker).state('p')).toBe('open')
    const chat = pipeline(script<string>('fine'), [breaker], { provider: 'p', clock })
    expect(await outcome(chat('hi'))).toMatchObject({ fault: { retryAfterMs: 6_000 } })
    await clock.advance(6_000)
    expect(await chat('hi')).toBe('fine')
    expect(circuitsOf(breaker).state('p')).toBe('closed')
  })

  test('T49 a break that was over in the meantime lets a probe through', async () => {
    const snapshot = circuitsOf(await openedAt(0, 1_700_000_000_000)).snapshot()
    const clock = testClock(0, { wallMs: 1_700_000_060_000 })
    const breaker = breakerOf()
    circuitsOf(breaker).restore(snapshot, clock)
    expect(await pipeline(script<string>('fine'), [breaker], { provider: 'p', clock })('hi')).toBe(
      'fine',
    )
  })

  test('T49 failures of before count on', async () => {
    const clock = testClock(70_000)
    const first = circuitBreaker({ minimumCalls: 4 })
    const chat = pipeline(script<string>(down), [first], { provider: 'p', clock })
    for (let i = 0; i < 3; i++) await outcome(chat('hi'))
    const second = circuitBreaker({ minimumCalls: 4 })
    const later = testClock(10, { wallMs: clock.wall() + 1_000 })
    circuitsOf(second).restore(overWire(circuitsOf(first).snapshot()), later)
    await outcome(pipeline(script<string>(down), [second], { provider: 'p', clock: later })('hi'))
    expect(circuitsOf(second).state('p')).toBe('open')
  })

  test('T49 a snapshot is a deep copy, as JSON, with a version', async () => {
    const breaker = await openedAt(0, 1_700_000_000_000)
    const snapshot = circuitsOf(breaker).snapshot()
    expect(overWire(snapshot)).toEqual(snapshot)
    expect(snapshot.version).toBe(1)
    Object.assign(snapshot.circuits['p']!, { state: 'closed' })
    expect(circuitsOf(breaker).state('p')).toBe('open')
  })

  test('T49 what is no snapshot is refused with a sentence, and nothing is changed', async () => {
    const breaker = await openedAt(0, 1_700_000_000_000)
    const good = circuitsOf(breaker).snapshot()
    const broken: unknown[] = [
      null,
      'open',
      {},
      { ...good, version: 2 },
      { version: 1, circuits: [] },
      { version: 1, circuits: { p: { state: 'open' } } },
      { version: 1, circuits: { p: { ...good.circuits['p'], state: 'ajar' } } },
      { version: 1, circuits: { p: { ...good.circuits['p'], until: null } } },
      { version: 1, circuits: { p: { ...good.circuits['p'], buckets: [{ at: 0 }] } } },
    ]
    for (const snapshot of broken)
      expect(() => circuitsOf(breaker).restore(snapshot as CircuitBreakerSnapshot)).toThrow(
        ConfigurationError,
      )
    expect(circuitsOf(breaker).state('p')).toBe('open')
  })

  test('T41 calls that were out when a snapshot was restored move nothing', async () => {
    const clock = testClock(0)
    let late = (_error: unknown): void => {}
    const breaker = circuitBreaker({ consecutiveFailures: 1 })
    const steps = () => new Promise<string>((_, reject) => (late = reject))
    const chat = pipeline(script<string>(steps), [breaker], { provider: 'p', clock })
    const old = outcome(chat('hi'))
    circuitsOf(breaker).restore(circuitsOf(breaker).snapshot())
    late(httpError(503))
    await old
    expect(circuitsOf(breaker).state('p')).toBe('closed')
  })
})
