import { pipeline, place, type Policy } from '@holdfast/core'
import { fail, httpError, script, seededRandom, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { fallback } from './fallback.ts'

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
