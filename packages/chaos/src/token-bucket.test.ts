import fc from 'fast-check'
import { expect, it } from 'vitest'

import { tokenBucket } from './token-bucket.ts'

it('lets a burst through, then one request per interval', () => {
  const bucket = tokenBucket(10, 3)
  const waits = [0, 0, 0, 0, 50, 100, 100].map((at) => bucket.take(at).waitMs)
  expect(waits).toStrictEqual([0, 0, 0, 100, 50, 0, 100])
})

it('whoever comes back after the hint is let through, when nobody was faster', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 500, noNaN: true }), fc.nat(1e6), (perSecond, start) => {
      const bucket = tokenBucket(perSecond, 1)
      bucket.take(start)
      const { waitMs } = bucket.take(start)
      expect(waitMs).toBeGreaterThan(0)
      expect(bucket.take(start + waitMs).waitMs).toBe(0)
    }),
  )
})

it('tells what is left and when it is whole again', () => {
  const bucket = tokenBucket(1, 5)
  expect(bucket.take(0).limits).toStrictEqual({ limit: 60, remaining: 4, resetMs: 1000 })
  expect(bucket.take(0).limits).toStrictEqual({ limit: 60, remaining: 3, resetMs: 2000 })
})
