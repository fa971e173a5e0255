import { health, pipeline, place, sleep, type Health, type Policy } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { fail, hang, httpError, recordEvents, script, settle, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import {
  circuitBreaker,
  circuitsOf,
  CircuitOpenError,
  type CircuitBreaker,
  type CircuitBreakerOptions,
} from './index.ts'

const down = fail(httpError(503))
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

const others = (count: () => number): Policy<string, unknown> =>
  place({ name: 'others', floor: 'fallback' }, (_ctx, next) => next({ alternatives: count }))

describe('what the house knows', () => {
  /** Pipelines that share a breaker, each with a house of its own. */
  const shared = (breaker: CircuitBreaker, ...steps: unknown[]) => {
    const clock = testClock(5_000)
    const provider = script<string, unknown>(...(steps as [unknown]))
    const house = () => {
      const known = health()
      const chat = pipeline(provider, [breaker], { provider: 'p', clock, health: known })
      return { known, chat }
    }
    return { clock, provider, mine: house(), yours: house() }
  }

  test('every house that heard of an open circuit hears that it is closed', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const { clock, mine, yours } = shared(breaker, down, 'fine')
    await outcome(mine.chat('opens'))
    await outcome(yours.chat('is rejected'))
    expect(yours.known.of('p').state).toBe('open')
    await clock.advance(1_000)
    await mine.chat('closes')
    expect(yours.known.of('p')).toMatchObject({ state: 'healthy', until: 0 })
  })

  test('a target that was isolated is healthy again at once when that is lifted', async () => {
    const breaker = circuitBreaker()
    const { mine } = shared(breaker, 'fine')
    const lift = circuitsOf(breaker).isolate()
    await outcome(mine.chat('is rejected'))
    expect(mine.known.of('p').state).toBe('banned')
    lift()
    expect(mine.known.of('p')).toMatchObject({ state: 'healthy', until: 0 })
    expect(await mine.chat('hi')).toBe('fine')
  })

  test('T50 lifting an isolation tells of the break of before', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 60_000 })
    const { mine, clock } = shared(breaker, down)
    await outcome(mine.chat('opens'))
    const lift = circuitsOf(breaker).isolate('p')
    await outcome(mine.chat('is rejected'))
    lift()
    expect(mine.known.of('p')).toMatchObject({ state: 'open', until: clock.now() + 60_000 })
  })

  test('a break that is shorter than the wait for a probe is told as it is', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 100 })
    const { mine, clock } = shared(breaker, down, down)
    await outcome(mine.chat('opens'))
    await clock.advance(100)
    await outcome(mine.chat('probes'))
    expect(mine.known.of('p').until).toBe(clock.now() + 100)
  })

  test('T45 while a probe takes long, whoever is rejected keeps others away', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const { mine, clock } = shared(breaker, down, hang())
    await outcome(mine.chat('opens'))
    await clock.advance(1_000)
    void outcome(mine.chat('probes'))
    await clock.advance(5_000)
    expect(CircuitOpenError.is(await outcome(mine.chat('is rejected')))).toBe(true)
    expect(mine.known.isReady('p', clock.now())).toBe(false)
  })

  test('the circuit of one key says nothing about a target that serves other keys well', async () => {
    const clock = testClock()
    const known = health()
    const breaker = circuitBreaker({ key: (ctx) => String(ctx.request) })
    const call = async (tenant: string): Promise<string> => {
      if (tenant === 'revoked') throw httpError(401)
      return 'fine'
    }
    const chat = pipeline(call, [breaker], { provider: 'p', clock, health: known })
    await chat('tenant')
    await outcome(chat('revoked'))
    expect(circuitsOf(breaker).state('revoked')).toBe('open')
    expect(known.isReady('p', clock.now())).toBe(true)
    expect(known.of('p').state).toBe('healthy')
  })
})

describe('slow calls', () => {
  const slowly = (
    known: Health,
    options: CircuitBreakerOptions,
    ...between: Policy<string, unknown>[]
  ) => {
    const clock = testClock()
    const breaker = circuitBreaker({ consecutiveFailures: 1, ...options })
    const provider = script<string, unknown>(hang())
    const chat = pipeline(provider, [breaker, ...between], { provider: 'p', clock, health: known })
    return { clock, chat, breaker, provider }
  }

  test('what a target usually takes is learned for the breaker alone', async () => {
    const known = health()
    const chat = pipeline(async () => 'fine', [circuitBreaker({ slowCallMs: { p95Times: 2 } })], {
      provider: 'p',
      health: known,
    })
    for (let i = 0; i < 30; i++) await chat('hi')
    expect(known.of('p').p95FirstContentMs).toBe(10)
  })

  test('T51 time in a queue of our own is not held against the target', async () => {
    const known = health()
    known.of('p').p95FirstContentMs = 1_000
    const queue: Policy<string, unknown> = async (ctx, next) => {
      await sleep(ctx, 10_000)
      return next()
    }
    const { clock, chat, breaker, provider } = slowly(known, { slowCallMs: { p95Times: 2 } }, queue)
    void outcome(chat('hi'))
    await clock.advance(11_500)
    expect(provider.calls).toHaveLength(1)
    expect(circuitsOf(breaker).state()).toBe('closed')
    await clock.advance(600)
    expect(circuitsOf(breaker).state()).toBe('open')
  })

  test('R-34 a call whose caller has left is not late', async () => {
    const known = health()
    known.of('p').p95FirstContentMs = 1_000
    const clock = testClock()
    const breaker = circuitBreaker({ consecutiveFailures: 1, slowCallMs: { p95Times: 2 } })
    const chat = pipeline(() => new Promise<string>(() => {}), [breaker], {
      provider: 'p',
      clock,
      health: known,
    })
    const caller = new AbortController()
    const call = outcome(chat('hi', { signal: caller.signal }))
    caller.abort('bye')
    expect(await call).toBe('bye')
    await clock.advance(5_000)
    expect(circuitsOf(breaker).state()).toBe('closed')
  })

  test('T79 a later change to the options has no effect', async () => {
    const known = health()
    known.of('p').p95FirstContentMs = 1_000
    const slowCallMs = { p95Times: 2 }
    const { clock, chat, breaker } = slowly(known, { slowCallMs })
    slowCallMs.p95Times = 1_000
    void outcome(chat('hi'))
    await clock.advance(2_100)
    expect(circuitsOf(breaker).state()).toBe('open')
  })
})

describe('the last resort', () => {
  const alone = (steps: unknown[], options: CircuitBreakerOptions, count = () => 0) => {
    const clock = testClock()
    const provider = script<string, unknown>(...(steps as [unknown]))
    const breaker = circuitBreaker({
      consecutiveFailures: 1,
      openMs: 10_000,
      whenAllOpen: 'probe',
      ...options,
    })
    const chat = pipeline(provider, [others(count), breaker], { provider: 'p', clock })
    return { clock, provider, breaker, chat, events: recordEvents(chat) }
  }

  test('T12 a probe before its time that fails does not cut short what the provider asked for', async () => {
    const hinted = fail(httpError(503, { headers: { 'retry-after': '600' } }))
    const { chat } = alone([hinted, down], {})
    await outcome(chat('opens'))
    await outcome(chat('fails'))
    await outcome(chat('is rejected'))
    expect(await outcome(chat('hi'))).toMatchObject({ fault: { retryAfterMs: 1_000 } })
  })

  test('T12 nor does it let others in that have somewhere else to go', async () => {
    let left = 0
    const { chat, provider } = alone([down, fail(httpError(400)), 'fine'], {}, () => left)
    await outcome(chat('opens'))
    await outcome(chat('says nothing'))
    left = 1
    expect(CircuitOpenError.is(await outcome(chat('hi')))).toBe(true)
    expect(provider.calls).toHaveLength(2)
  })

  test('it is one call a second, however many probes a half-open circuit lets through', async () => {
    const { chat, provider, clock } = alone([down, hang()], { halfOpenProbes: 5 })
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

describe('probes that are streams', () => {
  const streams = (...ends: (() => Promise<void>)[]) => {
    const clock = testClock()
    let n = 0
    const provider = streaming(async function* (_request: string): AsyncGenerator<string> {
      const end = ends[n++]!
      if (n === 1) throw httpError(503)
      yield 'a'
      await end()
      yield 'b'
    })
    return { clock, provider }
  }

  test('the first content closes the circuit; the rest of the stream is a call like any other', async () => {
    const gates: ((error?: unknown) => void)[] = []
    const gate = (): Promise<void> =>
      new Promise((resolve, reject) =>
        gates.push((error) => (error === undefined ? resolve() : reject(error as Error))),
      )
    const { clock, provider } = streams(gate, gate, gate, gate)
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const chat = pipeline(provider, [breaker], { provider: 'p', clock })
    await outcome(chat('opens'))
    await clock.advance(1_000)
    const probe = await chat('probe')
    expect(circuitsOf(breaker).state()).toBe('closed')
    const read = outcome(
      (async () => {
        for await (const _ of probe) await settle()
      })(),
    )
    while (gates.length === 0) await settle()
    gates[0]!(httpError(503))
    await read
    await settle()
    expect(circuitsOf(breaker).state()).toBe('open')
  })
})

test('a share is met exactly: 7 of 100 are 0.07', async () => {
  const clock = testClock()
  const steps = Array.from({ length: 100 }, (_, i) => (i < 93 ? 'fine' : down))
  const breaker = circuitBreaker({ failureRatio: 0.07, minimumCalls: 100 })
  const chat = pipeline(script<string, unknown>(...(steps as [unknown])), [breaker], { clock })
  for (let i = 0; i < 100; i++) await outcome(chat('hi'))
  expect(circuitsOf(breaker).state()).toBe('open')
})
