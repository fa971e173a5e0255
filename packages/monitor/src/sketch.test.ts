import { DDSketch } from '@datadog/sketches-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Sketch, SKETCH_ACCURACY } from './sketch.ts'

const QUANTILES = [0, 0.5, 0.9, 0.95, 0.99, 1]
const durations = fc.array(fc.double({ min: 1, max: 600_000, noNaN: true }), { minLength: 1 })

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch()
  for (const value of values) sketch.add(value)
  return sketch
}

test('every quantile is within one per cent of the value that really stands there', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sketch = sketchOf(values)
      const sorted = values.toSorted((a, b) => a - b)
      for (const share of QUANTILES) {
        const exact = sorted[Math.floor(share * (sorted.length - 1))]!
        expect(Math.abs(sketch.quantile(share)! - exact) / exact).toBeLessThanOrEqual(
          SKETCH_ACCURACY + 1e-9,
        )
      }
    }),
  )
})

test('it agrees with the reference implementation of DDSketch', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const reference = new DDSketch({ relativeAccuracy: SKETCH_ACCURACY })
      for (const value of values) reference.accept(value)
      const sketch = sketchOf(values)
      for (const share of QUANTILES) {
        const theirs = reference.getValueAtQuantile(share)
        // Both may be off by one per cent, to either side.
        expect(Math.abs(sketch.quantile(share)! - theirs) / theirs).toBeLessThan(
          2.1 * SKETCH_ACCURACY,
        )
      }
    }),
  )
})

test('merging two sketches gives the sketch of all values', () => {
  fc.assert(
    fc.property(durations, durations, (some, others) => {
      const merged = sketchOf(some)
      merged.merge(sketchOf(others))
      const whole = sketchOf([...some, ...others])
      for (const share of QUANTILES) expect(merged.quantile(share)).toBe(whole.quantile(share))
      expect(merged.count).toBe(whole.count)
      expect(merged.mean).toBeCloseTo(whole.mean!, 6)
    }),
  )
})

test('a sketch survives a journey as JSON', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sketch = sketchOf(values)
      const back = Sketch.from(JSON.parse(JSON.stringify(sketch)))
      for (const share of QUANTILES) expect(back.quantile(share)).toBe(sketch.quantile(share))
      expect(back.min).toBe(sketch.min)
    }),
  )
})

test('an empty sketch knows nothing, before and after', () => {
  const sketch = sketchOf([5, 10])
  sketch.clear()
  expect([sketch.quantile(0.5), sketch.mean, sketch.count]).toStrictEqual([undefined, undefined, 0])
  expect(Sketch.from(JSON.parse(JSON.stringify(sketch))).min).toBe(Infinity)
})

test('any number of values, however long, fits into eight kilobytes', () => {
  const sketch = new Sketch()
  for (let ms = 0.001; ms < 1e12; ms *= 1.001) sketch.add(ms)
  expect(sketch.toJSON().bins.length * 4).toBeLessThan(8 * 1024)
  expect(sketch.quantile(1)).toBe(sketch.max)
})
