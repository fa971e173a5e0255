import fc from 'fast-check'
import { expect, test } from 'vitest'

import { RollingWindow } from './window.ts'

const countsOf = ({ calls, failures, slow }: RollingWindow): number[] => [calls, failures, slow]

test('counts what it is told', () => {
  const window = new RollingWindow(1_000)
  window.add(5, 1, 0, 0)
  window.add(300, 1, 1, 0)
  window.add(900, 1, 1, 1)
  expect(countsOf(window)).toEqual([3, 2, 1])
})

test('forgets by the tenth of its length', () => {
  const window = new RollingWindow(1_000)
  window.add(0, 1, 1, 0)
  window.add(150, 1, 0, 0)
  window.forget(999)
  expect(countsOf(window)).toEqual([2, 1, 0])
  window.forget(1_000)
  expect(countsOf(window)).toEqual([1, 0, 0])
  window.forget(1_100)
  expect(countsOf(window)).toEqual([0, 0, 0])
})

test('forgets everything after a long silence', () => {
  const window = new RollingWindow(1_000)
  window.add(500, 4, 4, 0)
  window.add(3_600_000, 1, 1, 0)
  expect(countsOf(window)).toEqual([1, 1, 0])
})

test('takes a time that is slightly old for the newest', () => {
  const window = new RollingWindow(1_000)
  window.add(950, 1, 0, 0)
  window.add(120, 1, 1, 0)
  expect(window.buckets()).toEqual([{ at: 900, calls: 2, failures: 1, slow: 0 }])
})

test('works before the origin of the clock', () => {
  const window = new RollingWindow(1_000)
  window.add(-250, 2, 1, 0)
  window.add(40, 1, 0, 0)
  expect(window.buckets()).toEqual([
    { at: -300, calls: 2, failures: 1, slow: 0 },
    { at: 0, calls: 1, failures: 0, slow: 0 },
  ])
})

test('agrees with a plain list of the calls of the covered buckets', () => {
  const call = fc.record({
    afterMs: fc.integer({ min: 0, max: 700 }),
    failed: fc.boolean(),
    slow: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(call, { maxLength: 80 }),
      fc.integer({ min: -5_000, max: 5_000 }),
      (calls, origin) => {
        const window = new RollingWindow(1_000)
        const log: { bucket: number; failed: boolean; slow: boolean }[] = []
        let at = origin
        for (const { afterMs, failed, slow } of calls) {
          at += afterMs
          window.add(at, 1, failed ? 1 : 0, slow ? 1 : 0)
          log.push({ bucket: Math.floor(at / 100), failed, slow })
          const covered = log.filter(({ bucket }) => bucket > Math.floor(at / 100) - 10)
          expect(countsOf(window)).toEqual([
            covered.length,
            covered.filter((one) => one.failed).length,
            covered.filter((one) => one.slow).length,
          ])
        }
      },
    ),
  )
})
