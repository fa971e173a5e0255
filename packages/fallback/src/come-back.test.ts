import {
  faultOf,
  HoldfastError,
  pipeline,
  place,
  standIn,
  type FaultDetails,
  type Policy,
} from '@holdfast/core'
import { fail, httpError, script, seededRandom, testClock, type Step } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { fallback } from './fallback.ts'

/** A call that was turned away inside, before anything was sent. */
class TurnedAway extends HoldfastError {
  readonly code = 'HOLDFAST_TURNED_AWAY'
  readonly userMessage = 'Later.'
  constructor(kind: 'circuit-open' | 'limited', details: FaultDetails = {}) {
    super(faultOf(kind, kind, details))
  }
}

/** A retry reduced to the one thing that matters here: it gives way while there is somebody else. */
const patient = (attempts: number): Policy<string, string> =>
  place(
    {
      name: 'patient',
      floor: 'retry',
      shape: (inner) => ({ ...inner, maxRequests: inner.maxRequests * attempts, retryLayers: 1 }),
    },
    async (ctx, next) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next({ attempt })
        } catch (error) {
          if (attempt === attempts || !ctx.classify(error).retryable || ctx.alternatives() > 0)
            throw error
        }
      }
    },
  )

const down = httpError(503)
const hint = (seconds: number) => httpError(429, { headers: { 'retry-after': String(seconds) } })

test('failover before backoff: nobody waits while another target is untried; then the first waits in a second round', async () => {
  const own = script<string>(fail(down), fail(down), 'served late')
  const b = script<string>(fail(down))
  const chat = pipeline(
    own,
    [fallback<string, string>([{ id: 'b', provider: 'b', call: b }]), patient(2)],
    { name: 'own' },
  )
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe('served late')
  expect((await report).attempts.map(({ target }) => target)).toEqual([
    'own',
    'b',
    'b',
    'own',
    'own',
  ])
})

test('there is no second round when nothing inside would have waited', async () => {
  const own = script<string>(fail(down))
  const chat = pipeline(own, [fallback<string, string>([{ id: 'b', provider: 'b', call: own }])])
  await expect(chat('hi')).rejects.toMatchObject({ errors: { length: 2 } })
  expect(own.calls).toHaveLength(2)
})

test('a fault that the list is not for still gets its retries', async () => {
  const own = script<string>(fail(down), 'served')
  const b = script<string>('not asked')
  const chat = pipeline(own, [
    fallback<string, string>([{ id: 'b', provider: 'b', call: b }], { on: ['auth'] }),
    patient(2),
  ])
  expect(await chat('hi')).toBe('served')
  expect(b.calls).toEqual([])
})

test('T12 the second round waits for the hint, shortest first', async () => {
  const clock = testClock()
  const own = script<string>(fail(hint(9)), 'from own')
  const b = script<string>(fail(hint(3)), 'from b')
  const c = script<string>(fail(httpError(401)))
  const chat = pipeline(
    own,
    [
      fallback<string, string>([
        { id: 'b', provider: 'b', call: b },
        { id: 'c', provider: 'c', call: c },
      ]),
      patient(2),
    ],
    { clock, random: seededRandom(1) },
  )
  const startedAt = clock.now()
  const pending = chat('hi')
  await clock.advance(2_999)
  expect(b.calls).toHaveLength(1)
  await clock.advance(1)
  expect(await pending).toBe('from b')
  expect(clock.now() - startedAt).toBe(3_000)
  expect(own.calls).toHaveLength(1)
})

test('a hint beyond the deadline, or beyond a minute, is not waited for', async () => {
  const clock = testClock()
  const make = (seconds: number) =>
    pipeline(
      script<string>(fail(hint(seconds))),
      [
        fallback<string, string>([
          { id: 'b', provider: 'b', call: script<string>(fail(httpError(401))) },
        ]),
        patient(2),
      ],
      { clock },
    )
  await expect(make(61)('hi')).rejects.toMatchObject({ errors: { length: 2 } })
  await expect(make(5)('hi', { deadline: clock.now() + 4_000 })).rejects.toMatchObject({
    errors: { length: 2 },
  })
})

test('the worst case counts two rounds where something inside retries', () => {
  const call = script<string>('x')
  const chat = pipeline(call, [
    fallback<string, string>([{ id: 'b', provider: 'b', call }]),
    patient(3),
  ])
  expect(chat.describe().maxRequests).toBe(3 * 2 * 2)
})

test('T12 T25 a hint is waited for by the clock: a timer that fires early is not believed', async () => {
  const clock = testClock(0, { jitterMs: () => -3 })
  const own = script<string>(fail(hint(2)), 'back')
  const gone = script<string>(fail(httpError(403)))
  const chat = pipeline(
    own,
    [fallback<string, string>([{ id: 'gone', provider: 'gone', call: gone }]), patient(2)],
    { clock },
  )
  const answer = chat('hi')
  await clock.advance(2_100)
  expect(await answer).toBe('back')
  expect(own.calls[1]!.at).toBeGreaterThanOrEqual(2_000)
})

/** A breaker reduced to what is seen of it: the probe of `own` is out until `backAt`. */
const halfOpen = (backAt: number): Policy<string, string> =>
  place({ name: 'half-open', floor: 'breaker' }, (ctx, next) => {
    const now = ctx.clock.now()
    if (ctx.target.id !== 'own' || now >= backAt) return next()
    const retryAfterMs = Math.min(1_000, backAt - now)
    Object.assign(ctx.health.of('own'), { state: 'open', until: now + retryAfterMs })
    return Promise.reject(new TurnedAway('circuit-open', { retryAfterMs }))
  })

const denied = fail(httpError(401))
const listed = (id: string, ...steps: readonly Step<string, string>[]) => ({
  id,
  provider: id,
  call: script<string>(...steps),
})

test('the probe of a half-open target is waited for when the others refuse, and it costs no retry', async () => {
  const clock = testClock()
  const own = script<string>('from own')
  const chat = pipeline(own, [fallback<string, string>([listed('b', denied)]), halfOpen(3_500)], {
    clock,
    name: 'own',
    retryBudget: { deposit() {}, withdraw: () => false, balance: () => 0 },
  })
  const { response, report } = await Promise.all([
    chat.withReport('hi'),
    clock.advance(3_500),
  ]).then(([got]) => got)
  expect(response).toBe('from own')
  expect((await report).attempts.map(({ target }) => target)).toEqual(['b', 'own'])
  expect(clock.pending).toBe(0)
})

test('it is waited for no longer than the deadline, or a minute, allows', async () => {
  const clock = testClock()
  const chat = pipeline(
    script<string>('from own'),
    [fallback<string, string>([listed('b', denied, denied)]), halfOpen(Infinity)],
    { clock, name: 'own' },
  )
  const errors: unknown[] = []
  const ask = (deadline: number): void =>
    void chat('hi', { deadline }).catch((e: unknown) => errors.push(e))
  ask(clock.now() + 4_500)
  ask(Infinity)
  await clock.advance(4_499)
  expect(errors).toMatchObject([{ errors: [{ target: 'b' }, { target: 'own' }] }])
  await clock.advance(55_000)
  expect(errors).toHaveLength(1)
  await clock.advance(1_000)
  expect(errors).toHaveLength(2)
  expect(clock.pending).toBe(0)
})

test('a probe is not waited for where all circuits are open, or where there is an old answer to give', async () => {
  const clock = testClock()
  const rejecting: Policy<string, string> = place({ name: 'open', floor: 'breaker' }, () =>
    Promise.reject(new TurnedAway('circuit-open', { retryAfterMs: 500 })),
  )
  const all = pipeline(script<string>('x'), [fallback([listed('b', 'x')]), rejecting], { clock })
  await expect(all('hi')).rejects.toMatchObject({ fault: { kind: 'circuit-open' } })

  const old: Policy<string, string> = place({ name: 'old', floor: 'cache' }, (ctx, next) => {
    ctx.set(standIn, true)
    return next()
  })
  const stale = pipeline(
    script<string>('x'),
    [old, fallback<string, string>([listed('b', denied)]), halfOpen(900)],
    { clock, name: 'own' },
  )
  await expect(stale('hi')).rejects.toMatchObject({ errors: [{ target: 'own' }, { target: 'b' }] })
})

test('who waits for a probe leaves at once when the caller does', async () => {
  const clock = testClock()
  const caller = new AbortController()
  const chat = pipeline(
    script<string>('from own'),
    [fallback<string, string>([listed('b', denied)]), halfOpen(9_000)],
    { clock, name: 'own' },
  )
  const left = chat('hi', { signal: caller.signal }).catch((e: unknown) => e)
  await clock.advance(1_500)
  caller.abort('gone')
  expect(await left).toBe('gone')
  expect(clock.pending).toBe(0)
})

test('a target whose limit gave way is waited for when the others fail', async () => {
  const busy: Policy<string, string> = place({ name: 'busy', floor: 'pace' }, (ctx, next) =>
    ctx.target.id === 'own' && ctx.alternatives() > 0
      ? Promise.reject(new TurnedAway('limited', { retryAfterMs: 500 }))
      : next(),
  )
  const chat = pipeline(
    script<string>('from own'),
    [fallback<string, string>([listed('b', fail(down))]), busy],
    { name: 'own', clock: testClock() },
  )
  expect(await chat('hi')).toBe('from own')
})
