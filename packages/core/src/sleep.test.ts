import { testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { AbortScope, neverScope } from './scope.ts'
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

test('T25 what is no time at all touches no timer, and for ever is until somebody leaves', async () => {
  const clock = testClock()
  for (const ms of [0, -1, -Infinity, NaN]) await sleep({ clock, scope: neverScope }, ms)
  const scope = new AbortScope()
  const woken = sleep({ clock, scope }, Infinity).catch((reason: unknown) => reason)
  scope.abort('left')
  expect(await woken).toBe('left')
  expect(clock.pending).toBe(0)
})
