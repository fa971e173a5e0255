import { seededRandom } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'

import { Sample } from './sample.ts'

describe('sample', () => {
  it('keeps all while there is room, in order, and begins anew when taken', () => {
    const sample = new Sample<number>(3, seededRandom(1))
    for (const n of [1, 2, 3]) sample.offer(() => n)
    expect(sample.offered).toBe(3)
    expect(sample.take()).toStrictEqual([1, 2, 3])
    expect(sample.offered).toBe(0)
    expect(sample.take()).toStrictEqual([])
  })

  it('makes only what it keeps', () => {
    const sample = new Sample<number>(2, () => 0.999_999)
    let made = 0
    for (let n = 0; n < 1_000; n++) sample.offer(() => made++)
    expect(made).toBe(2)
    expect(sample.offered).toBe(1_000)
  })

  it('the last of many has the same chance as the first', () => {
    const random = seededRandom(7)
    const times = Array.from({ length: 20 }, () => 0)
    const rounds = 20_000
    for (let round = 0; round < rounds; round++) {
      const sample = new Sample<number>(5, random)
      times.forEach((_, n) => sample.offer(() => n))
      for (const n of sample.take()) times[n]!++
    }
    for (const count of times) expect(count / rounds).toBeCloseTo(0.25, 1)
  })
})
