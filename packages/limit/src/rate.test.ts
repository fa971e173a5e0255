import { describe, expect, test } from 'vitest'

import { Rate } from './rate.ts'

const PER_SECOND = 1 / 1_000
const told = (perSecond: number): Rate => {
  const rate = new Rate({ share: 1 })
  rate.advertise(perSecond * PER_SECOND)
  return rate
}

describe('Rate', () => {
  test('who was accepted for a part of a limit begins with half as much again', () => {
    const rate = told(10)
    rate.shareAlike(2 * PER_SECOND)
    expect(rate.perMs).toBeCloseTo(3 * PER_SECOND)
  })

  test('who was accepted for most of it is alone', () => {
    const rate = told(10)
    rate.shareAlike(8 * PER_SECOND)
    expect(rate.perMs).toBeCloseTo(10 * PER_SECOND)
  })

  test('who asked for next to nothing begins with a tenth, and doubles while nobody takes what there is', () => {
    const rate = told(10)
    rate.shareAlike(0)
    expect(rate.perMs).toBeCloseTo(1 * PER_SECOND)
    for (let i = 0; i < 4; i++) rate.succeeded(1, 0, 0.5)
    expect(rate.perMs).toBeCloseTo(10 * PER_SECOND)
  })

  test('of many rejections of one moment the first one counts', () => {
    const rate = told(10)
    for (let i = 0; i < 50; i++) rate.rejected(100 - i, 200, 0)
    expect(rate.perMs).toBeCloseTo(5 * PER_SECOND)
  })

  test('a rate that is found by trying is cut to what was accepted, and by three quarters at most', () => {
    const rate = new Rate({ share: 1 })
    rate.rejected(1, 2, 100 * PER_SECOND)
    expect(rate.perMs).toBeCloseTo(100 * PER_SECOND)
    rate.rejected(3, 4, 50 * PER_SECOND)
    expect(rate.perMs).toBeCloseTo(50 * PER_SECOND)
    rate.rejected(5, 6, 0)
    expect(rate.perMs).toBeCloseTo(12.5 * PER_SECOND)
    rate.rejected(7, 8, 12 * PER_SECOND)
    expect(rate.perMs).toBeCloseTo(10 * PER_SECOND)
  })
})
