import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Purse } from './purse.ts'

const MINUTE_MS = 60_000

test('R-61 what is reserved cannot be spent twice', () => {
  const purse = new Purse(1, MINUTE_MS)
  expect(purse.reserve(0.6, 0)).toBe(true)
  expect(purse.reserve(0.6, 0)).toBe(false)
  purse.settle(0.6, 0.1, 0)
  expect(purse.reserve(0.6, 0)).toBe(true)
})

test('what was spent counts for the period and not longer', () => {
  const purse = new Purse(1, MINUTE_MS)
  purse.reserve(0.9, 500)
  purse.settle(0.9, 0.9, 500)
  expect(purse.leftUsd(59_000)).toBeCloseTo(0.1, 12)
  expect(purse.waitMs(0.5, 500)).toBe(59_500)
  expect(purse.leftUsd(60_000)).toBe(1)
})

test('a request dearer than the whole budget has nothing to wait for', () => {
  const purse = new Purse(1, MINUTE_MS)
  expect(purse.waitMs(2, 0)).toBeUndefined()
})

test('a budget of one call never grows back', () => {
  const purse = new Purse(1, Infinity)
  purse.reserve(1, 0)
  purse.settle(1, 1, 0)
  expect(purse.leftUsd(1e12)).toBe(0)
  expect(purse.waitMs(0.1, 1e12)).toBeUndefined()
})

test('an empty purse sends nothing, not even what is free', () => {
  const purse = new Purse(0, MINUTE_MS)
  expect(purse.reserve(0, 0)).toBe(false)
})

test('R-61 within no period is more spent than the limit and the estimates were short of', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 30_000 }),
    reserve: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const purse = new Purse(1, MINUTE_MS)
      const spent: { at: number; usd: number }[] = []
      let now = 0
      for (const { waitMs, reserve, share } of steps) {
        now += waitMs
        if (!purse.reserve(reserve, now)) continue
        purse.settle(reserve, reserve * share, now)
        spent.push({ at: now, usd: reserve * share })
        // It forgets by the sixtieth of a period: of the newest 59 sixtieths all is remembered.
        const inPeriod = spent.filter(({ at }) => now - at <= (MINUTE_MS * 59) / 60)
        expect(inPeriod.reduce((sum, { usd }) => sum + usd, 0)).toBeLessThanOrEqual(1 + 1e-9)
      }
      expect(purse.reservedUsd).toBeLessThan(1e-9)
    }),
  )
})
