import fc from 'fast-check'
import { expect, test } from 'vitest'

import { latency } from './latency.ts'

test('one in twenty is not known from fewer than twenty', () => {
  const learned = latency()
  for (let i = 0; i < 19; i++) expect(learned.add(100)).toBeUndefined()
  expect(learned.add(100)).toBeDefined()
})

test('the 95th percentile is right to a bucket of 15 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 10, max: 500_000 }), { minLength: 20, maxLength: 199 }),
      (all) => {
        const learned = latency()
        const p95 = all.map((ms) => learned.add(ms)).at(-1)!
        const sorted = all.toSorted((a, b) => a - b)
        const exact = sorted[Math.ceil(all.length * 0.95) - 1]!
        expect(p95 / exact).toBeGreaterThan(0.99)
        expect(p95 / exact).toBeLessThan(1.16)
      },
    ),
  )
})

test('what was true long ago is forgotten', () => {
  const learned = latency()
  for (let i = 0; i < 1_000; i++) learned.add(100)
  let p95: number | undefined
  for (let i = 0; i < 200; i++) p95 = learned.add(1_000)
  expect(p95).toBeGreaterThan(1_000)
})

test('what is no duration does not make a target look slow', () => {
  const learned = latency()
  for (let i = 0; i < 100; i++) learned.add([NaN, -5, 0][i % 3]!)
  expect(learned.add(NaN)).toBe(10)
  expect(learned.add(Infinity)).toBe(10)
})
