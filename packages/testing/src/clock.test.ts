import { expect, test } from 'vitest'

import { testClock, type TestClock } from './clock.ts'

/** Arms one timer per delay and notes when each fires. */
const firings = (clock: TestClock, delays: readonly number[]): string[] => {
  const fired: string[] = []
  for (const ms of delays) clock.after(ms, () => fired.push(`${ms} at ${clock.now()}`))
  return fired
}

test('it stands still until it is turned', async () => {
  const clock = testClock(5)
  expect(clock.now()).toBe(5)
  await clock.advance(10)
  expect(clock.now()).toBe(15)
})

test('timers fire in due order, each at its own time', async () => {
  const clock = testClock()
  const fired = firings(clock, [30, 10, 20])
  await clock.advance(25)
  expect(fired).toEqual(['10 at 10', '20 at 20'])
  expect(clock.pending).toBe(1)
  await clock.advance(5)
  expect(fired).toEqual(['10 at 10', '20 at 20', '30 at 30'])
})

test('timers of the same time fire in the order in which they were armed', async () => {
  const clock = testClock()
  const fired: string[] = []
  for (const name of ['a', 'b', 'c']) clock.after(10, () => fired.push(name))
  await clock.advance(10)
  expect(fired).toEqual(['a', 'b', 'c'])
})

test('timers that are armed on the way fire on the way', async () => {
  const clock = testClock()
  const fired: number[] = []
  const tick = (): void => {
    fired.push(clock.now())
    clock.after(10, tick)
  }
  clock.after(10, tick)
  await clock.advance(35)
  expect(fired).toEqual([10, 20, 30])
})

test('promises settle between two timers, however long the chain', async () => {
  const clock = testClock()
  const seen: string[] = []
  const chain = async (): Promise<void> => {
    for (let hop = 0; hop < 1_000; hop++) await Promise.resolve()
    seen.push('chain')
  }
  clock.after(10, () => void chain())
  clock.after(20, () => seen.push('second'))
  await clock.advance(20)
  expect(seen).toEqual(['chain', 'second'])
})

test('advance(0) fires what is due now and lets promises settle', async () => {
  const clock = testClock()
  const fired = firings(clock, [0, -5, 1])
  await clock.advance(0)
  expect(fired).toEqual(['0 at 0', '-5 at 0'])
})

test('a cancelled timer is not pending and does not fire; cancelling twice is harmless', async () => {
  const clock = testClock()
  let fired = 0
  const cancel = clock.after(10, () => fired++)
  expect(clock.pending).toBe(1)
  cancel()
  cancel()
  expect(clock.pending).toBe(0)
  await clock.advance(20)
  expect(fired).toBe(0)
})

test('a timer can cancel another that is due at the same time', async () => {
  const clock = testClock()
  let fired = 0
  clock.after(10, () => cancel())
  const cancel = clock.after(10, () => fired++)
  await clock.advance(10)
  expect(fired).toBe(0)
})

test('after(Infinity) never arms, after(NaN) throws', () => {
  const clock = testClock()
  clock.after(Infinity, () => {})
  expect(clock.pending).toBe(0)
  expect(() => clock.after(NaN, () => {})).toThrow(RangeError)
})

test('the wall clock runs along, and setting it moves no timer (T24)', async () => {
  const clock = testClock(100, { wallMs: 1_000_000 })
  const fired = firings(clock, [10])
  await clock.advance(5)
  expect(clock.wall()).toBe(1_000_005)
  clock.setWall(7)
  expect([clock.wall(), clock.now()]).toEqual([7, 105])
  await clock.advance(5)
  expect(fired).toEqual(['10 at 110'])
  expect(clock.wall()).toBe(12)
})

test('T25 timers can fire early or late, and the clock never runs backwards', async () => {
  const early = testClock(0, { jitterMs: () => -20 })
  const firedEarly = firings(early, [100, 5])
  await early.advance(100)
  expect(firedEarly).toEqual(['5 at 0', '100 at 80'])

  const late = testClock(0, { jitterMs: (ms) => ms / 10 })
  const firedLate = firings(late, [100])
  await late.advance(109)
  expect(firedLate).toEqual([])
  await late.advance(1)
  expect(firedLate).toEqual(['100 at 110'])
})

test('advance refuses what is no time, and a second advance while one is running', async () => {
  const clock = testClock()
  for (const ms of [NaN, -1, Infinity]) await expect(clock.advance(ms)).rejects.toThrow(RangeError)
  const running = clock.advance(1)
  await expect(clock.advance(1)).rejects.toThrow('await it first')
  await running
  await clock.advance(1)
  expect(clock.now()).toBe(2)
})

test('what a timer throws fails the advance, and the clock goes on', async () => {
  const clock = testClock()
  clock.after(10, () => {
    throw new Error('boom')
  })
  await expect(clock.advance(20)).rejects.toThrow('boom')
  await clock.advance(20)
  expect(clock.now()).toBe(30)
})
