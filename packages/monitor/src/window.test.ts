import fc from 'fast-check'
import { expect, test } from 'vitest'

import { RollingWindow } from './window.ts'

class Count {
  count = 0
  clear(): void {
    this.count = 0
  }
}
const windowOf = (): RollingWindow<Count> => new RollingWindow(10, 31, () => new Count())
const sum = (window: RollingWindow<Count>, now: number, fromMs: number, toMs = 0): number =>
  [...window.between(now, fromMs, toMs)].reduce((all, { count }) => all + count, 0)

test('what is counted is there until the window has passed, give or take one bucket', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000)), fc.nat(3_000), (times, later) => {
      const window = windowOf()
      const sorted = times.toSorted((a, b) => a - b)
      for (const at of sorted) window.at(at).count++
      const now = (sorted.at(-1) ?? 0) + later
      const found = sum(window, now, 300)
      expect(found).toBeGreaterThanOrEqual(sorted.filter((at) => now - at <= 290).length)
      expect(found).toBeLessThanOrEqual(sorted.filter((at) => now - at < 310).length)
    }),
  )
})

test('T40 an idle window forgets by itself: nothing old is taken for fresh', () => {
  const window = windowOf()
  window.at(5).count = 7
  expect(sum(window, 5, 300)).toBe(7)
  expect(sum(window, 310, 300)).toBe(0)
  // The very same place of the ring, one round later.
  expect(window.at(5 + 310).count).toBe(0)
})

test('two spans that follow one another count everything once', () => {
  const window = windowOf()
  for (let at = 0; at < 300; at += 7) window.at(at).count++
  const all = sum(window, 300, 300)
  expect(sum(window, 300, 100) + sum(window, 300, 300, 100)).toBe(all)
})
