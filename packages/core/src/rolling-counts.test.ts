import fc from 'fast-check'
import { expect, test } from 'vitest'

import { RollingCounts } from './rolling-counts.ts'

const windowOf = (windowMs: number): RollingCounts<'calls' | 'failures'> =>
  new RollingCounts(windowMs, ['calls', 'failures'])

const countsAt = (window: RollingCounts<'calls' | 'failures'>, now: number): number[] => {
  const { calls, failures } = window.sum(now)
  return [calls, failures]
}

test('counts what it is told', () => {
  const window = windowOf(1_000)
  window.at(5).calls++
  window.at(300).calls++
  window.at(300).failures += 2
  expect(countsAt(window, 900)).toEqual([2, 2])
})

test('forgets by the tenth of its length', () => {
  const window = windowOf(1_000)
  window.at(0).failures++
  window.at(150).calls++
  expect(countsAt(window, 999)).toEqual([1, 1])
  expect(countsAt(window, 1_000)).toEqual([1, 0])
  expect(countsAt(window, 1_100)).toEqual([0, 0])
})

test('T40 forgets everything after a long silence', () => {
  const window = windowOf(1_000)
  for (let at = 0; at < 1_000; at += 50) window.at(at).failures++
  window.at(3_600_000).failures++
  expect(countsAt(window, 3_600_000)).toEqual([0, 1])
})

test('what comes slightly late counts where it belongs, or in the slot that has taken its place', () => {
  const window = windowOf(1_000)
  window.at(1_050).calls++
  window.at(950).calls++
  window.at(10).failures++
  expect(window.slots(1_050)).toEqual([
    { at: 900, calls: 1, failures: 0 },
    { at: 1_000, calls: 1, failures: 1 },
  ])
})

test('works before the origin of the clock', () => {
  const window = windowOf(1_000)
  window.at(-250).calls += 2
  window.at(40).calls++
  expect(window.slots(40)).toEqual([
    { at: -300, calls: 2, failures: 0 },
    { at: 0, calls: 1, failures: 0 },
  ])
})

test('knows nothing of before once it is cleared, and its slots are copies', () => {
  const window = windowOf(1_000)
  window.at(500).calls++
  window.slots(500)[0]!.calls = 7
  expect(countsAt(window, 500)).toEqual([1, 0])
  window.clear()
  expect(countsAt(window, 500)).toEqual([0, 0])
  window.at(500).calls++
  expect(countsAt(window, 500)).toEqual([1, 0])
})

test('agrees with a plain list of the slots that are covered', () => {
  const count = fc.record({ afterMs: fc.integer({ min: 0, max: 700 }), failed: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(count, { maxLength: 80 }),
      fc.integer({ min: -5_000, max: 5_000 }),
      (counts, origin) => {
        const window = windowOf(1_000)
        const log: { n: number; failed: boolean }[] = []
        let at = origin
        for (const { afterMs, failed } of counts) {
          at += afterMs
          window.at(at).calls++
          if (failed) window.at(at).failures++
          log.push({ n: Math.floor(at / 100), failed })
          const covered = log.filter(({ n }) => n > Math.floor(at / 100) - 10)
          expect(countsAt(window, at)).toEqual([
            covered.length,
            covered.filter((one) => one.failed).length,
          ])
        }
      },
    ),
  )
})
