import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Bucket } from './bucket.ts'

const bucketOf = (perSecond: number, capacity: number, now = 0): Bucket => {
  const bucket = new Bucket()
  bucket.limit(perSecond / 1_000, capacity, now)
  return bucket
}

describe('Bucket', () => {
  test('holds nobody back until it is given a limit', () => {
    const bucket = new Bucket()
    for (let i = 0; i < 1_000; i++) bucket.take(1, 0)
    expect(bucket.waitMs(1, 0)).toBe(0)
  })

  test('T61 a fraction of a request is refilled as such', () => {
    const bucket = bucketOf(0.5, 1)
    bucket.take(1, 0)
    expect(bucket.waitMs(1, 500)).toBe(1_500)
    expect(bucket.waitMs(1, 2_000)).toBe(0)
  })

  test('T61 ten refills of a tenth make one', () => {
    const bucket = bucketOf(1, 1)
    bucket.take(1, 0)
    for (let at = 100; at <= 1_000; at += 100) bucket.level(at)
    expect(bucket.waitMs(1, 1_000)).toBe(0)
  })

  test('T61 a clock that goes back takes nothing away, and one that jumps by days gives no more than the bucket holds', () => {
    const bucket = bucketOf(10, 5, 1_000)
    bucket.take(5, 1_000)
    expect(bucket.level(500)).toBe(0)
    expect(bucket.level(500 + 3 * 86_400_000)).toBe(5)
  })

  test('T61 readings that are a little out of order fill nothing twice', () => {
    const bucket = bucketOf(10, 5)
    bucket.take(5, 0)
    for (let at = 0; at < 300; at += 10) {
      bucket.level(at + 25)
      bucket.level(at)
    }
    expect(bucket.level(315)).toBeCloseTo(3.15)
  })

  test('T61 a clock that is set back by an hour does not stop the filling', () => {
    const bucket = bucketOf(1, 5, 3_600_000)
    bucket.take(5, 3_600_000)
    bucket.level(0)
    expect(bucket.level(2_000)).toBeCloseTo(2)
  })

  test('what is larger than the bucket waits for a full one, and not for ever', () => {
    const bucket = bucketOf(1, 5)
    expect(bucket.waitMs(50, 0)).toBe(0)
    bucket.take(50, 0)
    expect(bucket.waitMs(1, 0)).toBe(46_000)
  })

  test("the provider's own count lowers what is left, by what was sent since it was written", () => {
    const bucket = bucketOf(10, 5)
    bucket.take(1, 0)
    const then = bucket.taken
    bucket.take(1, 0)
    bucket.report(1, 100, false, 0, then)
    // One was left, 0.1 s brought one more, one was sent since.
    expect(bucket.level(100)).toBe(1)
  })

  test("the provider's count does not raise it: what its bucket could not hold is not in the sum", () => {
    const bucket = bucketOf(10, 5)
    bucket.take(5, 0)
    bucket.report(5, 10, false, -990)
    expect(bucket.level(10)).toBeCloseTo(0.1)
  })

  test('never lets more through than rate and burst allow, whatever is asked when', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
        (perSecond, burst, pauses) => {
          const bucket = bucketOf(perSecond, burst)
          let now = 0
          let sent = 0
          for (const pause of pauses) {
            now += pause
            if (bucket.waitMs(1, now) > 0) continue
            bucket.take(1, now)
            sent++
          }
          expect(sent).toBeLessThanOrEqual(burst + (perSecond * now) / 1_000 + 1e-6)
        },
      ),
    )
  })
})
