import { testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { boolean, number } from './rules.ts'
import { readSnapshot, takeSnapshot, type SnapshotFormat } from './snapshot.ts'

interface Memory {
  readonly until: number
  readonly banned: boolean
}
const FORMAT: SnapshotFormat<'keys', Memory> = {
  owner: 'mine',
  name: 'keys',
  rules: { until: number(0), banned: boolean },
  moved: (memory, byMs) => ({ ...memory, until: memory.until + byMs }),
}

test('T49 times survive the way into a process with another monotonic origin', () => {
  const here = testClock(900_000, { wallMs: 1_700_000_000_000 })
  const snapshot = takeSnapshot(FORMAT, [['a', { until: 901_000, banned: true }]], here)
  expect(snapshot).toEqual({
    version: 1,
    keys: { a: { until: 1_700_000_001_000, banned: true } },
  })
  const there = testClock(5, { wallMs: 1_700_000_000_400 })
  expect(readSnapshot(FORMAT, JSON.parse(JSON.stringify(snapshot)), there)).toEqual([
    ['a', { until: 605, banned: true }],
  ])
})

test('T49 a key may have any name', () => {
  const clock = testClock()
  const memory = { until: 1, banned: false }
  const snapshot = takeSnapshot(FORMAT, [['__proto__', memory]], clock)
  expect(readSnapshot(FORMAT, JSON.parse(JSON.stringify(snapshot)), clock)).toHaveLength(1)
})

test('T49 what is no snapshot is refused with a sentence', () => {
  const wrong = [null, 'x', [], {}, { version: 2, keys: {} }, { version: 1, keys: [] }]
  for (const snapshot of wrong)
    expect(() => readSnapshot(FORMAT, snapshot, testClock())).toThrow(
      'mine: restore needs a snapshot of version 1, got ',
    )
  const damaged = { version: 1, keys: { a: { until: null, banned: true } } }
  expect(() => readSnapshot(FORMAT, damaged, testClock())).toThrow(
    "mine: the snapshot of 'a': until must be a finite number of at least 0, got null",
  )
  expect(() => readSnapshot(FORMAT, { version: 1, keys: { a: null } }, testClock())).toThrow(
    "mine: the snapshot of 'a': until must be",
  )
})
