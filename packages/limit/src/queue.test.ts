import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DeadlineQueue, type Waiting } from './queue.ts'

interface Item extends Waiting {
  readonly n: number
}
const drain = (queue: DeadlineQueue<Item>): number[] => {
  const out: number[] = []
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) out.push(item.n)
  return out
}
const item = fc.record({
  priority: fc.integer({ min: 0, max: 1 }),
  deadline: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Infinity)),
})

describe('DeadlineQueue', () => {
  test('serves by priority, then deadline, then arrival, whoever leaves in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(item, fc.boolean()), { maxLength: 120 }), (given) => {
        const queue = new DeadlineQueue<Item>()
        const items = given.map(([it], n) => ({ ...it, n }))
        for (const it of items) queue.add(it)
        const staying = items.filter((_, n) => !given[n]![1])
        for (const it of items) if (!staying.includes(it)) queue.remove(it)
        expect(queue.size).toBe(staying.length)
        const expected = staying.toSorted(
          (a, b) =>
            a.priority - b.priority ||
            (a.deadline === b.deadline ? a.n - b.n : a.deadline < b.deadline ? -1 : 1),
        )
        expect(drain(queue)).toStrictEqual(expected.map(({ n }) => n))
        expect(queue.size).toBe(0)
      }),
    )
  })

  test('fifty thousand may wait, and those who left do not pile up', () => {
    const queue = new DeadlineQueue<Item>()
    const items = Array.from({ length: 50_000 }, (_, n) => ({ priority: 0, deadline: n, n }))
    for (const it of items) queue.add(it)
    for (const it of items.slice(1)) queue.remove(it)
    expect(queue.size).toBe(1)
    expect(drain(queue)).toStrictEqual([0])
  })
})
