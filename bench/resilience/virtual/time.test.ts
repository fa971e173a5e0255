import { afterEach, beforeEach, expect, it } from 'vitest'

import { VirtualTime } from './time.ts'

const time = new VirtualTime()
beforeEach(() => {
  time.install()
  time.restart(1)
})
afterEach(() => time.uninstall())

const run = (until = Infinity): Promise<void> => time.run(() => false, until)

it('jumps from timer to timer, in due order and, among equals, in order of arming', async () => {
  const seen: string[] = []
  const note = (name: string): void => void seen.push(`${name} ${performance.now()}`)
  setTimeout(note, 3_600_000, 'an hour')
  setTimeout(note, 20, 'b')
  setTimeout(note, 10, 'a')
  setTimeout(note, 20, 'c')
  await run()
  expect(seen).toStrictEqual(['a 10', 'b 20', 'c 20', 'an hour 3600000'])
})

it('lets promises settle before time goes on', async () => {
  const seen: string[] = []
  const chain = async (): Promise<void> => {
    for (let hop = 0; hop < 1_000; hop++) await Promise.resolve()
    seen.push('promises')
  }
  setTimeout(() => void chain(), 10)
  setTimeout(() => seen.push('next timer'), 10.001)
  await run()
  expect(seen).toStrictEqual(['promises', 'next timer'])
})

it('cancels timers and intervals, and one timer can cancel another that is due with it', async () => {
  const seen: string[] = []
  setTimeout(() => clearTimeout(second), 10)
  const second = setTimeout(() => seen.push('second'), 10)
  const interval = setInterval(() => {
    if (seen.push('tick') === 3) clearInterval(interval)
  }, 5)
  await run()
  expect(seen).toStrictEqual(['tick', 'tick', 'tick'])
})

it('moves the wall clock and the signals with a timeout along', async () => {
  const start = Date.now()
  const signal = AbortSignal.timeout(1_500)
  await run(1_499)
  expect(signal.aborted).toBe(false)
  await run()
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' })
  expect(Date.now() - start).toBe(1_500)
  expect(new Date().getTime() - start).toBe(1_500)
  expect(new Date(0).getTime()).toBe(0)
})

it('throws the same dice for the same seed', () => {
  const throws = (seed: number): number[] => {
    time.restart(seed)
    return Array.from({ length: 3 }, () => Math.random())
  }
  expect(throws(1)).toStrictEqual(throws(1))
  expect(throws(1)).not.toStrictEqual(throws(2))
})

it('puts everything back', () => {
  const virtual = globalThis.setTimeout
  time.uninstall()
  expect(globalThis.setTimeout).not.toBe(virtual)
  const before = performance.now()
  expect(performance.now()).toBeGreaterThanOrEqual(before)
  expect(Date.now()).toBeGreaterThan(1_750_000_000_000)
})
