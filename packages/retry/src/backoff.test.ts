import { seededRandom } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { after, atLeast, backoffMs, NO_WAITS } from './backoff.ts'
import type { Jitter } from './backoff.ts'

const JITTERS: readonly Jitter[] = ['full', 'equal', 'proportional', 'decorrelated']
const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const ms = fc.double({ min: 0, max: 1e9, noNaN: true })
const step = fc.nat({ max: 5_000 })

describe.each(JITTERS)('%s jitter', (jitter) => {
  test('T22 is finite, not negative and never above the cap, up to attempt 5,000', () => {
    fc.assert(
      fc.property(ms, ms, step, ms, dice, (baseMs, capMs, n, lastMs, roll) => {
        const waitMs = backoffMs({ jitter, maxDelayMs: capMs }, baseMs, { step: n, lastMs }, roll)
        expect(waitMs).toBeGreaterThanOrEqual(0)
        expect(waitMs).toBeLessThanOrEqual(capMs)
      }),
    )
  })

  test('T21 still spreads at the cap: 1,000 waits at attempt 20 are not one herd', () => {
    const random = seededRandom(1)
    const waits = Array.from({ length: 1_000 }, () =>
      backoffMs({ jitter, maxDelayMs: 60_000 }, 1_000, { step: 20, lastMs: 60_000 }, random()),
    )
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000)
    expect(new Set(waits).size).toBeGreaterThan(990)
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(10_000)
  })

  test('T22 is finite at attempt 1,100, also from a base of 0', () => {
    const waits = { step: 1_100, lastMs: 60_000 }
    expect(backoffMs({ jitter, maxDelayMs: 60_000 }, 1_000, waits, 0.5)).toBeGreaterThan(0)
    expect(backoffMs({ jitter, maxDelayMs: 60_000 }, 0, { step: 1_100, lastMs: 0 }, 0.5)).toBe(0)
  })
})

describe('the range of each jitter', () => {
  const CASES: readonly [Jitter, least: number, most: number][] = [
    ['full', 0, 4_000],
    ['equal', 2_000, 4_000],
    ['proportional', 3_000, 4_000],
    ['decorrelated', 1_000, 6_000],
  ]
  test.each(CASES)('%s: from %i to %i for the third wait from 1 s', (jitter, least, most) => {
    const at = (roll: number) =>
      backoffMs({ jitter, maxDelayMs: 60_000 }, 1_000, { step: 2, lastMs: 2_000 }, roll)
    expect(at(0)).toBe(least)
    expect(at(1)).toBe(most)
    expect(at(0.5)).toBe((least + most) / 2)
  })

  test('the ceiling doubles with each step until it meets the cap', () => {
    const ceilings = [0, 1, 2, 3, 4].map((n) =>
      backoffMs({ jitter: 'full', maxDelayMs: 5_000 }, 1_000, { step: n, lastMs: 0 }, 1),
    )
    expect(ceilings).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
  })

  test('a base above the cap is the cap', () => {
    for (const jitter of JITTERS)
      expect(backoffMs({ jitter, maxDelayMs: 60_000 }, 90_000, NO_WAITS, 1)).toBe(60_000)
  })
})

describe('the hint', () => {
  test('T12 is a floor: no dice and no backoff go below it', () => {
    fc.assert(
      fc.property(ms, ms, dice, (hintMs, computedMs, roll) => {
        expect(atLeast(hintMs, computedMs, roll)).toBeGreaterThanOrEqual(
          Math.max(hintMs, computedMs),
        )
      }),
    )
  })

  test('T12 is spread behind itself, by a tenth', () => {
    expect(atLeast(2_000, 100, 0)).toBe(2_000)
    expect(atLeast(2_000, 100, 0.5)).toBe(2_100)
  })

  test('a hint of 0, or none, leaves the computed wait alone', () => {
    expect(atLeast(0, 700, 0.9)).toBe(700)
    expect(atLeast(undefined, 700, 0.9)).toBe(700)
  })

  test('T20 starts the backoff from the beginning, when it decided the wait', () => {
    const waits = { step: 3, lastMs: 8_000 }
    expect(after(waits, 9_000, 5_000)).toEqual(NO_WAITS)
    expect(after(waits, 5_000, 5_000)).toEqual({ step: 4, lastMs: 5_000 })
  })
})

test('T21 decorrelated waits stay between base and cap, within three times the last one, for 10,000 steps', () => {
  const settings = { jitter: 'decorrelated', maxDelayMs: 60_000 } as const
  const random = seededRandom(11)
  let waits = NO_WAITS
  let atCap = 0
  for (let i = 0; i < 10_000; i++) {
    const waitMs = backoffMs(settings, 1_000, waits, random())
    expect(waitMs).toBeGreaterThanOrEqual(1_000)
    expect(waitMs).toBeLessThanOrEqual(Math.min(60_000, 3 * Math.max(1_000, waits.lastMs)))
    atCap += Number(waitMs === 60_000)
    waits = after(waits, waitMs, waitMs)
  }
  expect(atCap).toBe(0)
})
