import { seededRandom } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'

import { Ring } from './ring.ts'
import { Seconds } from './seconds.ts'

describe('seconds', () => {
  it('tells calls, failures, percentiles of the good ones and dollars, per route and over all', () => {
    const seconds = new Seconds(seededRandom(1))
    for (let n = 1; n <= 100; n++)
      seconds.add({ route: 'chat', outcome: 'succeeded', durationMs: n, costUsd: 0.5 })
    seconds.add({ route: 'batch', outcome: 'failed', durationMs: 9_999, costUsd: 1 })
    expect(seconds.take()).toStrictEqual({
      '': [101, 1, 50, 95, 99, 51],
      chat: [100, 0, 50, 95, 99, 50],
      batch: [1, 1, null, null, null, 1],
    })
    expect(seconds.take()).toStrictEqual({})
  })

  it('a caller who invents routes fills nothing up: the thirty-first is `other`', () => {
    const seconds = new Seconds(seededRandom(1))
    for (let n = 0; n < 1_000; n++)
      seconds.add({ route: `route ${n}`, outcome: 'succeeded', durationMs: 1, costUsd: 0 })
    const taken = seconds.take()
    expect(Object.keys(taken)).toHaveLength(32)
    expect(taken['other']?.[0]).toBe(970)
  })
})

describe('ring', () => {
  it('keeps the last so many', () => {
    const ring = new Ring<number>(3)
    for (let n = 0; n < 100; n++) ring.push(n)
    expect(ring.items()).toStrictEqual([97, 98, 99])
    expect(ring.last).toBe(99)
    ring.amend(100)
    ring.renew((n) => n * 2)
    expect(ring.items()).toStrictEqual([194, 196, 200])
  })
})
