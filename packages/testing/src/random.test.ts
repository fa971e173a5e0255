import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { seededRandom } from './random.ts'

test('the same seed throws the same numbers, another seed others', () => {
  const throws = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed))
  expect(throws(7)).toEqual(throws(7))
  expect(throws(7)).not.toEqual(throws(8))
})

test('it is mulberry32: the first numbers of seed 0 and 1', () => {
  // From the reference implementation in C.
  const [zero, one] = [seededRandom(0), seededRandom(1)]
  expect([zero() * 2 ** 32, one() * 2 ** 32]).toEqual([1144304738, 2693262067])
})

test('every number is at least 0 and below 1', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = seededRandom(seed)
      for (let n = 0; n < 100; n++) {
        const number = random()
        expect(number >= 0 && number < 1).toBe(true)
      }
    }),
  )
})

test('the dice are fair: ten equal boxes fill evenly', () => {
  const random = seededRandom(42)
  const boxes = Array.from({ length: 10 }, () => 0)
  for (let n = 0; n < 100_000; n++) boxes[Math.floor(random() * 10)]! += 1
  // Five standard deviations of a fair die: sqrt(100,000 × 0.1 × 0.9) × 5 = 474.
  for (const box of boxes) expect(Math.abs(box - 10_000)).toBeLessThan(474)
})
