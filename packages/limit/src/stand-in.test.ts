import { health, pipeline, standIn, type Policy } from '@holdfast/core'
import { testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { admit, LimitedError, limits, pace } from './index.ts'

const stage = (has: boolean) => {
  const clock = testClock()
  const known = health()
  const outside: Policy<string, string> = (ctx, next) => {
    ctx.set(standIn, has)
    return next()
  }
  const shared = limits({})
  const ask = pipeline(async (q: string) => q, [outside, admit(shared), pace(shared)], {
    name: 'a',
    clock,
    health: known,
  })
  return { ask, clock, known }
}

test('a call that has an older answer in hand does not wait for a target that is down', async () => {
  const { ask, clock, known } = stage(true)
  Object.assign(known.of('a'), { state: 'open', until: clock.now() + 10_000 })
  const error: unknown = await ask('hi').catch((e: unknown) => e)
  expect(error).toMatchObject({ reason: 'stand-in', fault: { kind: 'limited' } })
  expect(LimitedError.is(error)).toBe(true)
})

test('it waits like any other for one that is only full, and it probes like any other', async () => {
  const { ask, clock, known } = stage(true)
  Object.assign(known.of('a'), { state: 'open', until: clock.now() })
  expect(await ask('probe')).toBe('probe')
})

test('without one it waits for the target', async () => {
  const { ask, clock, known } = stage(false)
  Object.assign(known.of('a'), { state: 'open', until: clock.now() + 10_000 })
  const answer = ask('hi', { deadline: clock.now() + 60_000 })
  await clock.advance(10_100)
  expect(await answer).toBe('hi')
})
