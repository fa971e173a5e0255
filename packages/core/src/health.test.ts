import { testClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { health, retryBudget } from './index.ts'
import { AbortScope, neverScope } from './scope.ts'

const waiting = (clock = testClock(), deadline = Infinity) => ({
  clock,
  scope: neverScope,
  deadline,
})

describe('health', () => {
  test('R-40 its snapshot is a copy of what is known of every target', () => {
    const view = health()
    view.of('a').state = 'open'
    const { a } = view.snapshot()
    expect(a).toMatchObject({ state: 'open', until: 0, capacity: Infinity })
    view.of('a').state = 'healthy'
    expect(a?.state).toBe('open')
  })

  test('an open target is ready again when its time has come, one without capacity is not', () => {
    const view = health()
    expect(view.isReady('unknown', 0)).toBe(true)
    Object.assign(view.of('a'), { state: 'open', until: 100 })
    expect(view.isReady('a', 99)).toBe(false)
    expect(view.isReady('a', 100)).toBe(true)
    view.of('a').capacity = 0
    expect(view.isReady('a', 100)).toBe(false)
  })

  test('T55 it is bounded, and forgets no target that is open', () => {
    const view = health({ maxTargets: 10 })
    view.of('down').state = 'open'
    for (let i = 0; i < 1_000; i++) view.of(`t${i}`)
    expect(Object.keys(view.snapshot())).toHaveLength(10)
    expect(view.of('down').state).toBe('open')
  })

  test('T55 full of targets that were banned long ago, it still remembers a new one', () => {
    const view = health({ maxTargets: 10 })
    for (let i = 0; i < 10; i++) Object.assign(view.of(`t${i}`), { state: 'banned', until: 100 })
    view.of('too early').state = 'open'
    expect(view.of('too early').state).toBe('healthy')
    expect(view.isReady('t0', 101)).toBe(true)
    view.of('new').state = 'open'
    expect(view.of('new').state).toBe('open')
  })

  test('T55 it forgets no target that is full', () => {
    const view = health({ maxTargets: 10 })
    view.of('full').capacity = 0
    for (let i = 0; i < 100; i++) view.of(`t${i}`)
    expect(view.of('full').capacity).toBe(0)
  })

  test('whenReady gives the first that can take a request, now or when it can', async () => {
    const view = health()
    const clock = testClock()
    expect(await view.whenReady(['a', 'b'], waiting(clock))).toBe('a')
    Object.assign(view.of('a'), { state: 'open', until: 500 })
    Object.assign(view.of('b'), { state: 'open', until: 300 })
    const first = view.whenReady(['a', 'b'], waiting(clock))
    await clock.advance(300)
    expect(await first).toBe('b')
    expect(clock.pending).toBe(0)
  })

  test('whenReady wakes when something changed, and serves the nearest deadline first', async () => {
    const view = health()
    const clock = testClock()
    const entry = view.of('a')
    entry.capacity = 0
    const order: string[] = []
    const take = (name: string) => () => {
      order.push(name)
      entry.capacity--
    }
    const late = view.whenReady(['a'], waiting(clock, 900)).then(take('late'))
    const soon = view.whenReady(['a'], waiting(clock, 100)).then(take('soon'))
    entry.capacity = 1
    view.changed()
    await Promise.all([late, soon])
    expect(order[0]).toBe('soon')
  })

  test('whenReady goes by the latest word on when a target may be back', async () => {
    const view = health()
    const clock = testClock()
    const entry = view.of('a')
    Object.assign(entry, { state: 'open', until: 60_000 })
    let readyAt = NaN
    void view.whenReady(['a'], waiting(clock)).then(() => (readyAt = clock.now()))
    for (const until of [200, 300]) {
      entry.until = until
      view.changed()
      await clock.advance(100)
    }
    expect(readyAt).toBeNaN()
    await clock.advance(100)
    expect(readyAt).toBe(300)
    expect(clock.pending).toBe(0)
  })

  test('whoever leaves while waiting is answered at once and leaves no timer', async () => {
    const view = health()
    const clock = testClock()
    Object.assign(view.of('a'), { state: 'open', until: 500 })
    const scope = new AbortScope()
    const left = view
      .whenReady(['a'], { clock, scope, deadline: Infinity })
      .catch((reason: unknown) => reason)
    scope.abort('bye')
    expect(await left).toBe('bye')
    expect(clock.pending).toBe(0)
  })
})

describe('retry budget', () => {
  test('T36 a fifth of the calls, and the floor', () => {
    const budget = retryBudget({ ratio: 0.2, minPerSecond: 3, ttlMs: 10_000 })
    let retries = 0
    for (let call = 0; call < 1_000; call++) {
      budget.deposit(call)
      for (let again = 0; again < 3; again++) if (budget.withdraw(call)) retries++
    }
    expect(retries).toBe(1_000 * 0.2 + 30)
  })

  test('T39 deposits and withdrawals expire; a quiet client may always retry', () => {
    const budget = retryBudget({ ratio: 0.5, minPerSecond: 0.1, ttlMs: 10_000 })
    for (let i = 0; i < 100; i++) budget.deposit(0)
    expect(budget.balance(0)).toBe(51)
    expect(budget.balance(20_000)).toBe(1)
    expect(budget.withdraw(20_000)).toBe(true)
    expect(budget.withdraw(20_000)).toBe(false)
    expect(budget.withdraw(40_000)).toBe(true)
  })

  test('T38 never grants more than deposits and floor allow, whatever the order', () => {
    const step = fc.record({ ms: fc.nat(2_000), deposit: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = retryBudget({ ratio: 0.2, minPerSecond: 1, ttlMs: 1_000_000 })
        let now = 0
        let calls = 0
        let granted = 0
        for (const { ms, deposit } of steps) {
          now += ms
          if (deposit) {
            budget.deposit(now)
            calls++
          } else if (budget.withdraw(now)) granted++
        }
        expect(granted).toBeLessThanOrEqual(1_000 + 0.2 * calls)
      }),
    )
  })

  test.each([NaN, -1, Infinity, '5', null, {}])(
    'T23 ratio %s is refused with a sentence',
    (ratio) => {
      expect(() => retryBudget({ ratio } as never)).toThrow(
        /^retryBudget: ratio must be a number above 0 and up to 1, got/,
      )
    },
  )
})
