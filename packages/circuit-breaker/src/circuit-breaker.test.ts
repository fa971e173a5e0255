import {
  ConfigurationError,
  faultOf,
  health,
  keyed,
  pipeline,
  timeout,
  carry,
} from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import {
  fail,
  hang,
  httpError,
  recordEvents,
  script,
  seededRandom,
  settle,
  testClock,
  type RecordedEvents,
} from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import {
  circuitBreaker,
  circuitsOf,
  CircuitOpenError,
  CONSECUTIVE_FAILURES,
  type CircuitBreakerOptions,
} from './index.ts'

const down = fail(httpError(503))
const START_MS = 5_000

/** A breaker that opens at the first failure for a second, in a pipeline that plays these steps. */
const setUp = (steps: Parameters<typeof script>, options: CircuitBreakerOptions = {}) => {
  const clock = testClock(START_MS)
  const provider = script<string, unknown>(...(steps as [unknown]))
  const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000, ...options })
  const chat = pipeline(provider, [breaker], { provider: 'p', clock, random: seededRandom(1) })
  return { clock, provider, breaker, chat, events: recordEvents(chat) }
}
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)
const circuitTypes = (events: RecordedEvents): string[] =>
  events.types().filter((type) => type.startsWith('circuit:'))

describe('opening', () => {
  test('the classic preset: five failures in a row open for a minute', async () => {
    const { clock, provider, breaker, chat } = setUp([down], CONSECUTIVE_FAILURES)
    for (let i = 0; i < 7; i++) await outcome(chat('hi'))
    expect(provider.calls).toHaveLength(5)
    expect(circuitsOf(breaker).state('p')).toBe('open')
    await clock.advance(59_999)
    await outcome(chat('hi'))
    expect(provider.calls).toHaveLength(5)
    await clock.advance(1)
    await outcome(chat('hi'))
    expect(provider.calls).toHaveLength(6)
  })

  test('the defaults: half of ten calls', async () => {
    const clock = testClock()
    const steps = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'fine' : down))
    const provider = script<string, unknown>(...(steps as [unknown]))
    const chat = pipeline(provider, [circuitBreaker()], { clock })
    for (let i = 0; i < 20; i++) await outcome(chat('hi'))
    expect(provider.calls).toHaveLength(10)
  })

  test('T52 the first failure opens nothing', async () => {
    const chat = pipeline(script<string>(down, 'fine'), [circuitBreaker()], { clock: testClock() })
    await outcome(chat('hi'))
    expect(await chat('hi')).toBe('fine')
  })

  test('the error of the provider passes through untouched', async () => {
    const error = httpError(503)
    const { chat } = setUp([fail(error)])
    expect(await outcome(chat('hi'))).toBe(error)
  })

  test('a rejection says when to come back, and does not look retryable', async () => {
    const { clock, chat } = setUp([down])
    await outcome(chat('hi'))
    await clock.advance(300)
    const error = await outcome(chat('hi'))
    expect(CircuitOpenError.is(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'HOLDFAST_CIRCUIT_OPEN',
      key: 'p',
      fault: { kind: 'circuit-open', retryable: false, retryAfterMs: 700 },
    })
    expect(error).not.toHaveProperty('status')
    expect(Error.stackTraceLimit).toBeGreaterThan(0)
  })

  test('T12 the break is at least as long as the hint of the provider', async () => {
    const { chat } = setUp([fail(httpError(503, { headers: { 'retry-after': '30' } }))])
    await outcome(chat('hi'))
    expect(await outcome(chat('hi'))).toMatchObject({ fault: { retryAfterMs: 30_000 } })
  })

  test('T47 many failures at once open once and tell it once', async () => {
    const { breaker, chat, events } = setUp([down], { consecutiveFailures: 5 })
    await Promise.all(Array.from({ length: 50 }, () => outcome(chat('hi'))))
    expect(circuitsOf(breaker).state()).toBe('open')
    expect(circuitTypes(events)).toEqual(['circuit:opened'])
  })

  test('T48 an hour forth or back on the wall does not move the break', async () => {
    for (const jumpMs of [3_600_000, -3_600_000]) {
      const { clock, provider, chat } = setUp([down])
      await outcome(chat('hi'))
      clock.setWall(clock.wall() + jumpMs)
      await clock.advance(999)
      await outcome(chat('hi'))
      expect(provider.calls).toHaveLength(1)
      await clock.advance(1)
      await outcome(chat('hi'))
      expect(provider.calls).toHaveLength(2)
    }
  })

  test('T53 a function for the break that throws leaves a breaker that works', async () => {
    const openMs = (): number => {
      throw new Error('mine')
    }
    const { clock, chat, breaker } = setUp([down, 'fine'], { openMs })
    await outcome(chat('hi'))
    expect(circuitsOf(breaker).state()).toBe('open')
    await clock.advance(15_000)
    expect(await chat('hi')).toBe('fine')
    expect(circuitsOf(breaker).state()).toBe('closed')
  })

  test('slow answers open it, without a fault', async () => {
    const clock = testClock()
    const breaker = circuitBreaker({ slowCallMs: 500, minimumCalls: 2 })
    const slow = async (): Promise<string> => {
      await new Promise<void>((resolve) => clock.after(500, resolve))
      return 'late'
    }
    const chat = pipeline(slow, [breaker], { clock })
    const events = recordEvents(chat)
    for (let i = 0; i < 2; i++) {
      const answer = chat('hi')
      await clock.advance(500)
      expect(await answer).toBe('late')
    }
    expect(circuitsOf(breaker).state()).toBe('open')
    expect(events.find(({ type }) => type === 'circuit:opened')).toMatchObject({ fault: undefined })
  })

  test('a stream that breaks after it was handed over is a failure', async () => {
    const { chat, breaker } = setUp([
      () => carry({ text: 'so far' }, { over: Promise.reject(httpError(503)) } as never),
    ])
    expect(await chat('hi')).toEqual({ text: 'so far' })
    await settle()
    expect(circuitsOf(breaker).state()).toBe('open')
  })
})

describe('what counts', () => {
  test('R-33 faults of the request say nothing about the target', async () => {
    for (const status of [400, 404, 413, 422, 429]) {
      const { chat, breaker } = setUp([fail(httpError(status))])
      await outcome(chat('hi'))
      expect(circuitsOf(breaker).state()).toBe('closed')
    }
  })

  test('R-33 faults of the target count: 500, 503, 529, network', async () => {
    const network = Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    })
    for (const error of [httpError(500), httpError(503), httpError(529), network]) {
      const { chat, breaker } = setUp([fail(error)])
      await outcome(chat('hi'))
      expect(circuitsOf(breaker).state()).toBe('open')
    }
  })

  test('R-34 a caller who leaves says nothing, and gets the very reason', async () => {
    const { chat, breaker } = setUp([hang()])
    const controller = new AbortController()
    const answer = outcome(chat('hi', { signal: controller.signal }))
    controller.abort('enough')
    expect(await answer).toBe('enough')
    expect(circuitsOf(breaker).state()).toBe('closed')
  })

  test('R-35 a revoked key opens its circuit at once, for long, and bans the target', async () => {
    const clock = testClock(START_MS)
    const shared = health()
    const chat = pipeline(script<string>(fail(httpError(401))), [circuitBreaker()], {
      provider: 'p',
      clock,
      health: shared,
    })
    const events = recordEvents(chat)
    await outcome(chat('hi'))
    expect(shared.of('p')).toMatchObject({ state: 'banned', until: START_MS + 10_000 })
    expect(events.find(({ type }) => type === 'circuit:opened')).toMatchObject({
      openMs: 10_000,
      fault: { kind: 'auth' },
    })
  })

  test('R-37 T51 rejections of our own policies never count', async () => {
    for (const kind of [
      'circuit-open',
      'limited',
      'budget-exhausted',
      'deadline-exceeded',
    ] as const) {
      const clock = testClock()
      const breaker = circuitBreaker({ consecutiveFailures: 1 })
      const chat = pipeline(script<string>(fail('ours')), [breaker], {
        clock,
        classify: () => faultOf(kind, 'ours'),
      })
      await outcome(chat('hi'))
      expect(circuitsOf(breaker).state()).toBe('closed')
    }
  })

  test('T51 its own rejections do not prolong the break', async () => {
    const { clock, provider, chat } = setUp([down])
    await outcome(chat('hi'))
    for (let i = 0; i < 9; i++) {
      await clock.advance(100)
      await outcome(chat('hi'))
    }
    await clock.advance(100)
    await outcome(chat('hi'))
    expect(provider.calls).toHaveLength(2)
  })

  test('the list may be another one', async () => {
    const { chat, breaker } = setUp([fail(httpError(429))], { on: ['rate-limited'] })
    await outcome(chat('hi'))
    expect(circuitsOf(breaker).state()).toBe('open')
  })
})

describe('half-open', () => {
  const opened = async (steps: unknown[], options: CircuitBreakerOptions = {}) => {
    const made = setUp([down, ...steps] as [unknown], options)
    await outcome(made.chat('hi'))
    await made.clock.advance(1_000)
    return made
  }

  test('one success closes it: opened, half-opened, closed', async () => {
    const { chat, breaker, events } = await opened(['fine'])
    expect(await chat('hi')).toBe('fine')
    expect(circuitsOf(breaker).state()).toBe('closed')
    expect(circuitTypes(events)).toEqual([
      'circuit:opened',
      'circuit:half-opened',
      'circuit:closed',
    ])
  })

  test('T41 a call from before it opened moves nothing', async () => {
    let late = (_error: unknown): void => {}
    const steps = [() => new Promise<unknown>((_, reject) => (late = reject)), down, hang()]
    const { clock, chat, breaker } = setUp(steps)
    const old = outcome(chat('old'))
    await outcome(chat('opens it'))
    await clock.advance(1_000)
    void outcome(chat('probe'))
    late(httpError(503))
    await old
    expect(circuitsOf(breaker).state()).toBe('half-open')
  })

  test('T42 a probe that never settles frees its place', async () => {
    const { clock, provider, chat, breaker } = await opened([() => new Promise(() => {}), 'fine'], {
      probeLeaseMs: 2_000,
    })
    void chat('lost')
    await clock.advance(1_999)
    expect(CircuitOpenError.is(await outcome(chat('too early')))).toBe(true)
    await clock.advance(1)
    expect(await chat('next')).toBe('fine')
    expect(circuitsOf(breaker).state()).toBe('closed')
    expect(provider.calls).toHaveLength(3)
  })

  test('T43 a cancelled probe gives its place back, and decides nothing', async () => {
    const { chat, breaker } = await opened([hang(), 'fine'])
    const controller = new AbortController()
    const probe = outcome(chat('probe', { signal: controller.signal }))
    controller.abort(new Error('left'))
    await probe
    expect(circuitsOf(breaker).state()).toBe('half-open')
    expect(await chat('next')).toBe('fine')
    expect(circuitsOf(breaker).state()).toBe('closed')
  })

  test('T43 a probe whose caller leaves gives its place back at once, though the provider does not listen', async () => {
    const { clock, chat, breaker, provider } = await opened([() => new Promise(() => {}), 'fine'])
    const caller = new AbortController()
    const probe = outcome(chat('probe', { signal: caller.signal }))
    caller.abort('left')
    expect(await probe).toBe('left')
    expect(await chat('next')).toBe('fine')
    expect(circuitsOf(breaker).state()).toBe('closed')
    expect(provider.calls).toHaveLength(3)
    expect(clock.pending).toBe(0)
  })

  test('T44 a probe that fails with an ignored fault gives its place back', async () => {
    const { chat, breaker } = await opened([fail(httpError(400)), 'fine'])
    await outcome(chat('bad request'))
    expect(circuitsOf(breaker).state()).toBe('half-open')
    expect(await chat('next')).toBe('fine')
    expect(circuitsOf(breaker).state()).toBe('closed')
  })

  test('T45 of 500 callers N run, the rest are told at once when to come back, and no herd is kept', async () => {
    const answers: (() => void)[] = []
    const slow = (): Promise<string> =>
      new Promise((resolve) => answers.push(() => resolve('fine')))
    const { chat, breaker, provider } = await opened([slow], { halfOpenProbes: 3 })
    const calls = Array.from({ length: 500 }, () => outcome(chat('hi')))
    const rejected = await Promise.all(calls.slice(3))
    expect(rejected.every((error) => CircuitOpenError.is(error))).toBe(true)
    expect(rejected[0]).toMatchObject({ fault: { retryAfterMs: 1_000 } })
    for (const answer of answers) answer()
    expect(await Promise.all(calls.slice(0, 3))).toEqual(['fine', 'fine', 'fine'])
    expect(circuitsOf(breaker).state()).toBe('closed')
    expect(provider.calls).toHaveLength(1 + 3)
  })

  test('T46 nobody waits for a probe, and a probe that is aborted rejects at once', async () => {
    const { clock, chat } = await opened([hang()])
    const controller = new AbortController()
    const probe = outcome(chat('probe', { signal: controller.signal }))
    expect(CircuitOpenError.is(await outcome(chat('other')))).toBe(true)
    controller.abort('left')
    expect(await probe).toBe('left')
    expect(clock.pending).toBe(0)
  })

  test('the break grows with each opening, and is short again after a recovery', async () => {
    const steps = [down, 'fine', down]
    const { clock, chat, events } = await opened(steps, { openFactor: 3 })
    await outcome(chat('fails'))
    await clock.advance(3_000)
    await chat('recovers')
    await outcome(chat('fails'))
    const breaks = events.flatMap((event) =>
      event.type === 'circuit:opened' ? [event.openMs] : [],
    )
    expect(breaks).toEqual([1_000, 3_000, 1_000])
  })
})

describe('in the house', () => {
  test('tells what it knows of a target, and wakes those who wait', async () => {
    const clock = testClock(START_MS)
    const shared = health()
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const chat = pipeline(script<string>(down, 'fine'), [breaker], {
      provider: 'p',
      clock,
      health: shared,
    })
    await outcome(chat('hi'))
    expect(shared.of('p')).toMatchObject({ state: 'open', until: START_MS + 1_000 })
    expect(shared.isReady('p', clock.now())).toBe(false)
    await clock.advance(1_000)
    expect(shared.isReady('p', clock.now())).toBe(true)
    await chat('hi')
    expect(shared.of('p')).toMatchObject({ state: 'healthy' })
  })

  test('a pipeline with a health of its own learns of the open circuit when it is rejected', async () => {
    const clock = testClock(START_MS)
    const breaker = circuitBreaker({ consecutiveFailures: 1 })
    const [mine, yours] = [health(), health()]
    const options = { provider: 'p', clock }
    await outcome(pipeline(script<string>(down), [breaker], { ...options, health: mine })('hi'))
    await outcome(pipeline(script<string>('fine'), [breaker], { ...options, health: yours })('hi'))
    expect(yours.of('p')).toEqual(mine.of('p'))
  })

  test('one circuit per target by default, and per key where told', async () => {
    const clock = testClock()
    const provider = async (request: { model: string }): Promise<string> => {
      if (request.model === 'bad') throw httpError(503)
      return 'fine'
    }
    const breaker = circuitBreaker({ consecutiveFailures: 1 })
    const chat = pipeline(provider, [breaker], { provider: 'p', clock })
    await outcome(chat({ model: 'bad' }))
    expect(await chat({ model: 'good' })).toBe('fine')
    expect([
      circuitsOf(breaker).state('p/bad'),
      circuitsOf(breaker).state('p/good'),
      circuitsOf(breaker).state(),
    ]).toEqual(['open', 'closed', 'open'])

    const coarse = pipeline(
      provider,
      [circuitBreaker({ consecutiveFailures: 1, key: (ctx) => ctx.provider })],
      { provider: 'p', clock },
    )
    await outcome(coarse({ model: 'bad' }))
    expect(await outcome(coarse({ model: 'good' }))).toMatchObject({ key: 'p' })
  })

  test('T55 inside keyed a flood of keys does not evict an open one', async () => {
    const clock = testClock()
    const provider = async (request: string): Promise<string> => {
      if (request === 'bad') throw httpError(503)
      return 'fine'
    }
    const perKey = keyed(
      (ctx) => String(ctx.request),
      () => circuitBreaker({ consecutiveFailures: 1 }),
      { maxKeys: 10 },
    )
    const chat = pipeline(provider, [perKey], { clock })
    await outcome(chat('bad'))
    for (let i = 0; i < 100; i++) await chat(`good ${i}`)
    expect(CircuitOpenError.is(await outcome(chat('bad')))).toBe(true)
  })

  test('T54 a listener that isolates and calls through the breaker: no deadlock, events in order', async () => {
    const { chat, breaker, events } = setUp([down])
    let inner: Promise<unknown> | undefined
    chat.events.on('circuit:opened', () => {
      const release = circuitsOf(breaker).isolate()
      inner = outcome(chat('from the listener'))
      release()
    })
    await outcome(chat('hi'))
    expect(CircuitOpenError.is(await inner)).toBe(true)
    expect(circuitTypes(events)).toEqual(['circuit:opened', 'circuit:rejected'])
    expect(circuitsOf(breaker).state()).toBe('open')
  })

  test('T77 refuses a window of less than two attempts', () => {
    const build = (windowMs: number) => () =>
      pipeline(script<string>('fine'), [
        circuitBreaker({ windowMs }),
        timeout({ timeoutMs: 40_000 }),
      ])
    expect(build(60_000)).toThrow(ConfigurationError)
    expect(build(60_000)).toThrow('windowMs must be at least 80000')
    expect(build(80_000)).not.toThrow()
  })

  test('a success costs one reading of the clock, which the whole call shares', async () => {
    let reads = 0
    const still = testClock()
    const now = (): number => (reads++, still.now())
    const clock = { ...still, now }
    const breakers = [circuitBreaker(), circuitBreaker({ key: (ctx) => ctx.provider })]
    const answer = pipeline(async () => 'fine', breakers, { clock })
    await answer('hi')
    expect(reads).toBe(1)
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
        gates.push((error) => (error === undefined ? resolve() : reject(error))),
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
