import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Clock } from './clock.ts'

describe('the system clock', () => {
  let systemClock: Clock
  beforeEach(async () => {
    // A clock of its own: the tick of the process's may be running for the tests before.
    vi.resetModules()
    systemClock = (await import('./clock.ts')).systemClock
    vi.useFakeTimers()
  })
  afterEach(() => void vi.useRealTimers())

  test('short waits are exact, and can be cancelled', () => {
    const heard = vi.fn()
    systemClock.after(50, heard)
    systemClock.after(50, heard)()
    vi.advanceTimersByTime(49)
    expect(heard).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(heard).toHaveBeenCalledOnce()
  })

  test('T25 waits of a second and more share one tick: at most 50 ms late, never early', () => {
    const heard: number[] = []
    const startedAt = performance.now()
    for (const ms of [1_000, 1_500, 1_000])
      systemClock.after(ms, () => heard.push(performance.now() - startedAt))
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(1_600)
    expect(heard).toHaveLength(3)
    for (const [i, ms] of [1_000, 1_000, 1_500].entries()) {
      expect(heard[i]).toBeGreaterThanOrEqual(ms)
      expect(heard[i]).toBeLessThanOrEqual(ms + 50)
    }
  })

  test('T56 the tick stops when nobody waits any more', () => {
    const cancel = systemClock.after(5_000, () => {})
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(1)
    cancel()
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('T14 T24 a wait beyond 2^31 ms does not fire at once, and does fire in the end', () => {
    const heard = vi.fn()
    systemClock.after(2 ** 31 + 5_000, heard)
    vi.advanceTimersByTime(2 ** 31)
    expect(heard).not.toHaveBeenCalled()
    vi.advanceTimersByTime(5_000)
    expect(heard).toHaveBeenCalledOnce()
  })

  test('T24 Infinity never fires and arms nothing', () => {
    systemClock.after(Infinity, () => {})
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a callback may cancel another that is due in the same tick', () => {
    const second = vi.fn()
    let cancelSecond = (): void => {}
    systemClock.after(1_000, () => cancelSecond())
    cancelSecond = systemClock.after(1_000, second)
    vi.advanceTimersByTime(2_000)
    expect(second).not.toHaveBeenCalled()
  })

  test('a recent time is read anew while nothing waits, and is that of the last tick while something does', () => {
    const from = systemClock.now()
    vi.advanceTimersByTime(7)
    expect(systemClock.recent?.()).toBe(from + 7)
    const cancel = systemClock.after(5_000, () => {})
    vi.advanceTimersByTime(20)
    expect(systemClock.recent?.()).toBe(from + 7)
    vi.advanceTimersByTime(25)
    expect(systemClock.recent?.()).toBe(from + 32)
    cancel()
    vi.advanceTimersByTime(50)
    expect(systemClock.recent?.()).toBe(systemClock.now())
  })

  test('T48 a set-back wall clock does not move the monotonic one', () => {
    const before = systemClock.now()
    vi.setSystemTime(Date.now() - 3_600_000)
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  })
})
