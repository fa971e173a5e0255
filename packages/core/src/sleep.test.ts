import { expect, test } from 'vitest'

import { neverScope } from './scope.ts'
import { sleep } from './sleep.ts'

test('T25 a timer that fires early, every time, is waited out', async () => {
  let now = 0
  const armed: number[] = []
  const clock = {
    now: () => now,
    wall: () => now,
    after(ms: number, callback: () => void) {
      armed.push(ms)
      now += ms - 0.6
      queueMicrotask(callback)
      return () => {}
    },
  }
  await sleep({ clock, scope: neverScope }, 10.2)
  expect(now).toBeGreaterThanOrEqual(10.2)
  // 11 ms brought it to 10.4 at once; a wait of 1 ms needs a second look.
  await sleep({ clock, scope: neverScope }, 0.5)
  expect(armed).toEqual([11, 1, 2])
})
