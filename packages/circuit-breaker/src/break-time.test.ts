import { faultOf } from '@holdfast/core'
import { expect, test } from 'vitest'

import { breakMs } from './break-time.ts'
import { CIRCUIT_BREAKER_DEFAULTS } from './options.ts'

const fault = faultOf('server', 'no')
const no = (): number => 0
const most = (): number => 0.999_999
const settings = CIRCUIT_BREAKER_DEFAULTS
const at = (openings: number) => ({ openings, fault })

test('is the same each time, unless told to grow', () => {
  expect([1, 2, 9].map((n) => breakMs(settings, at(n), false, no))).toEqual([
    15_000, 15_000, 15_000,
  ])
})

test('grows by the factor up to the longest, also after a thousand openings', () => {
  const growing = { ...settings, openFactor: 2 }
  const openings = [1, 2, 3, 5, 6, 5_000]
  expect(openings.map((n) => breakMs(growing, at(n), false, no))).toEqual([
    15_000, 30_000, 60_000, 240_000, 300_000, 300_000,
  ])
})

test('the dice only add', () => {
  const spread = { ...settings, openJitter: 0.2 }
  expect(breakMs(spread, at(1), false, no)).toBe(15_000)
  expect(breakMs(spread, at(1), false, most)).toBeCloseTo(18_000, 0)
})

test('R-35 a fault that time does not mend costs a ban, which doubles while it lasts', () => {
  const bans = [1, 2, 3, 4, 5_000].map((n) => breakMs(settings, at(n), true, no))
  expect(bans).toEqual([10_000, 20_000, 40_000, 60_000, 60_000])
})

test('T12 the hint of the provider is a floor', () => {
  const hinted = (retryAfterMs: number) => ({
    openings: 1,
    fault: faultOf('overloaded', 'later', { retryAfterMs }),
  })
  expect(breakMs(settings, hinted(40_000), false, no)).toBe(40_000)
  expect(breakMs(settings, hinted(5), false, no)).toBe(15_000)
  expect(breakMs({ ...settings, openMs: () => 5 }, hinted(70), false, no)).toBe(70)
})

test('T14 a hint of three hundred years is taken for a day', () => {
  const long = { openings: 1, fault: faultOf('server', 'no', { retryAfterMs: 9_999_999_999_000 }) }
  expect(breakMs(settings, long, false, no)).toBe(86_400_000)
})

test('a function of the opening has the word, and the dice still add', () => {
  const openMs = ({ openings }: { openings: number }): number => openings * 7
  expect(breakMs({ ...settings, openMs }, at(3), false, most)).toBe(21)
  expect(breakMs({ ...settings, openMs, openJitter: 1 }, at(3), false, () => 0.5)).toBe(31.5)
})

test('R-35 a function for breaks has no say in bans', () => {
  expect(breakMs({ ...settings, openMs: () => 5 }, at(1), true, no)).toBe(10_000)
})

test('T53 a function that throws or returns nonsense gives the default', () => {
  const nonsense: (() => unknown)[] = [
    () => NaN,
    () => -1,
    () => Infinity,
    () => '5',
    () => undefined,
    () => Promise.resolve(5),
    () => {
      throw new Error('mine')
    },
  ]
  for (const openMs of nonsense)
    expect(breakMs({ ...settings, openMs: openMs as () => number }, at(1), false, no)).toBe(15_000)
})
