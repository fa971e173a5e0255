import { pipeline } from '@holdfast/core'
import { fail, httpError, script, testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { circuitBreaker } from '../../circuit-breaker/src/index.ts'
import { limits, pace } from '../../limit/src/index.ts'
import { retry } from '../../retry/src/index.ts'
import { fallback } from './fallback.ts'

test('with a breaker and retry: while a probe is out and the other target refuses, nobody is lost', async () => {
  const clock = testClock()
  const state = { down: true, refused: false }
  const own = async (): Promise<string> => {
    if (state.down) throw httpError(503)
    await new Promise<void>((answered) => void clock.after(3_000, answered))
    return 'from own'
  }
  const other = async (): Promise<string> => {
    if (state.refused) throw httpError(401)
    return 'from other'
  }
  const listed = [{ id: 'other', provider: 'other', call: other }]
  const chat = pipeline(
    own,
    [
      fallback<string, string>(listed),
      retry(),
      circuitBreaker({ minimumCalls: 2, openMs: 10_000 }),
    ],
    { clock, name: 'own' },
  )
  for (let i = 0; i < 4; i++) expect(await chat('hi')).toBe('from other')
  await clock.advance(20_000)

  Object.assign(state, { down: false, refused: true })
  const calls = Array.from({ length: 20 }, () => chat('hi'))
  await clock.advance(10_000)
  expect(await Promise.all(calls)).toEqual(calls.map(() => 'from own'))
  expect(clock.pending).toBe(0)
})

test('with a limit: a target that is at it is waited for when the other one is down', async () => {
  const clock = testClock()
  const own = script<string>('first', 'second')
  const listed = [{ id: 'other', provider: 'other', call: script<string>(fail(httpError(503))) }]
  const chat = pipeline(
    own,
    [
      fallback<string, string>(listed),
      retry({ maxAttempts: 1 }),
      pace(limits({ requestsPerMinute: 1, maxWaitMs: 90_000 })),
    ],
    { clock, name: 'own' },
  )
  expect(await chat('hi')).toBe('first')
  const second = chat('hi')
  await clock.advance(60_000)
  expect(await second).toBe('second')
})
