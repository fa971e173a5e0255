import { health, pipeline, type Context, type Next, type Target } from '@holdfast/core'
import { recordEvents, testClock, type TestClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { admit } from './admit.ts'
import { LimitedError } from './errors.ts'
import { limits, type Limits } from './limits.ts'
import { pace } from './pace.ts'

const wait = (clock: TestClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve))
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

/** What a breaker throws. */
const TURNED_AWAY = Object.assign(new Error('open'), {
  code: 'HOLDFAST_CIRCUIT_OPEN',
  fault: { kind: 'circuit-open', retryable: false, scope: 'request', message: 'open' },
})

const TARGETS: readonly Target<string, string>[] = [
  { id: 'a', provider: 'a' },
  { id: 'b', provider: 'b' },
]
/** The first that is ready, as fallback does it. */
const firstReady = (ctx: Context<string>, next: Next<string, string>): Promise<string> => {
  const now = ctx.clock.now()
  const target = TARGETS.find(({ id }) => ctx.health.isReady(id, now)) ?? TARGETS[0]!
  return next({ target })
}

const route = (clock: TestClock, shared: Limits, ms = 100) => {
  const served: string[] = []
  const seen: Record<string, number> = { a: 0, b: 0 }
  let most = 0
  let running = 0
  const call = async (prompt: string, ctx: Context<string>): Promise<string> => {
    most = Math.max(most, ++running)
    seen[ctx.target.id]!++
    served.push(prompt)
    await wait(clock, ms)
    running--
    return prompt
  }
  const priority = (ctx: Context): 'batch' | 'interactive' =>
    String(ctx.request).startsWith('batch') ? 'batch' : 'interactive'
  const ask = pipeline(
    call,
    [admit(shared, { targets: TARGETS, priority }), firstReady, pace(shared)],
    {
      clock,
      name: 'route',
    },
  )
  return { ask, served, seen, most: () => most }
}

describe('admit', () => {
  test('R-78 one queue feeds every target, so that none is idle while calls wait', async () => {
    const clock = testClock()
    const { ask, served, seen } = route(clock, limits({ maxConcurrent: 1 }))
    const all = Array.from({ length: 10 }, (_, i) => ask(String(i)))
    await clock.advance(500)
    await Promise.all(all)
    expect(served).toStrictEqual(Array.from({ length: 10 }, (_, i) => String(i)))
    expect(seen).toStrictEqual({ a: 5, b: 5 })
  })

  test('R-78 the earliest deadline goes first, and interactive calls before batch calls', async () => {
    const clock = testClock()
    const { ask, served } = route(clock, limits({ maxConcurrent: 1 }))
    const all = [
      ask('x'),
      ask('y'),
      ask('batch', { deadline: 9_000 }),
      ask('late', { deadline: 20_000 }),
      ask('soon', { deadline: 10_000 }),
      ask('no deadline'),
    ]
    await clock.advance(2_000)
    await Promise.all(all)
    expect(served).toStrictEqual(['x', 'y', 'soon', 'late', 'no deadline', 'batch'])
  })

  test('T57 who leaves is told at once and is not started', async () => {
    const clock = testClock()
    const { ask, served } = route(clock, limits({ maxConcurrent: 1 }))
    const abort = new AbortController()
    const all = [ask('1'), ask('2')]
    const leaver = caught(ask('3', { signal: abort.signal }))
    await clock.advance(10)
    abort.abort('gone')
    expect(await leaver).toBe('gone')
    await clock.advance(1_000)
    await Promise.all(all)
    expect(served).toStrictEqual(['1', '2'])
    expect(clock.pending).toBe(0)
  })

  test('T60 what cannot be served in time is not started, and is told before its deadline', async () => {
    const clock = testClock()
    const shared = limits({ maxConcurrent: 1 })
    const { ask, served } = route(clock, shared, 1_000)
    // How long an answer takes is known of both targets.
    const warm = Promise.all([ask('warm'), ask('warm too')])
    await clock.advance(1_000)
    await warm
    const events = recordEvents(ask)
    const all = [ask('1'), ask('2')]
    const doomed = caught(ask('doomed', { deadline: clock.now() + 1_200 }))
    await clock.advance(1_100)
    expect(LimitedError.is(await doomed)).toBe(true)
    expect(events.find(({ type }) => type === 'limit:rejected')).toMatchObject({
      reason: 'deadline',
    })
    await clock.advance(1_000)
    await Promise.all(all)
    expect(served).not.toContain('doomed')
  })

  test('T45 a queue is not emptied into a target that is being tried', async () => {
    const clock = testClock()
    let tried = 0
    let works = false
    /** A breaker that lets one call a second through while it is open. */
    const breaker = async (ctx: Context<string>, next: Next<string, string>): Promise<string> => {
      const entry = ctx.health.of('p')
      if (entry.state === 'open') {
        if (entry.until > ctx.clock.now()) throw TURNED_AWAY
        tried++
        entry.until = ctx.clock.now() + 1_000
        if (!works) throw new Error('still down')
      }
      const answer = await next()
      Object.assign(entry, { state: 'healthy', until: 0 })
      ctx.health.changed()
      return answer
    }
    const view = health()
    Object.assign(view.of('p'), { state: 'open', until: 500 })
    const ask = pipeline(async (prompt: string) => prompt, [admit(limits()), breaker], {
      clock,
      provider: 'p',
      health: view,
    })
    const all = Array.from({ length: 100 }, (_, i) => caught(ask(String(i))))
    await clock.advance(2_600)
    expect(tried).toBe(3)
    works = true
    await clock.advance(1_000)
    const answers = await Promise.all(all)
    expect(answers.filter((answer) => answer instanceof Error)).toHaveLength(3)
    expect(tried).toBe(4)
  })

  test('a call that every target turned away waits for the next to come back', async () => {
    const clock = testClock()
    let turnedAway = 0
    const breaker = (ctx: Context<string>, next: Next<string, string>): Promise<string> => {
      if (clock.now() >= 2_500) return next()
      turnedAway++
      Object.assign(ctx.health.of('p'), { state: 'open', until: 2_500 })
      return Promise.reject(TURNED_AWAY)
    }
    const ask = pipeline(
      async (prompt: string) => `${prompt} at ${clock.now()}`,
      [admit(limits()), breaker],
      {
        clock,
        provider: 'p',
      },
    )
    const answer = ask('hi', { deadline: 10_000 })
    await clock.advance(3_000)
    expect(await answer).toBe('hi at 2500')
    // Once at first, then once a second, in case the breaker thinks better of it.
    expect(turnedAway).toBe(3)
  })

  test('a call that is turned away by a target that seems ready is not sent there again and again', async () => {
    const clock = testClock()
    let asked = 0
    const stubborn = (): Promise<string> => {
      asked++
      return Promise.reject(TURNED_AWAY)
    }
    const ask = pipeline(async (prompt: string) => prompt, [admit(limits()), stubborn], { clock })
    expect(await caught(ask('hi', { deadline: 10_000 }))).toBe(TURNED_AWAY)
    expect(asked).toBe(1)
  })

  test('R-38 no call is lost or started twice, and no limit is passed, whatever comes and leaves when', async () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 150 }),
      deadlineMs: fc.integer({ min: 50, max: 3_000 }),
      leavesMs: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, slots) => {
          const clock = testClock()
          const { ask, served, most } = route(clock, limits({ maxConcurrent: slots }))
          let settled = 0
          for (const [i, { afterMs, deadlineMs, leavesMs }] of steps.entries()) {
            await clock.advance(afterMs)
            const abort = new AbortController()
            if (leavesMs !== undefined) clock.after(leavesMs, () => abort.abort())
            const end = (): number => settled++
            ask(String(i), { signal: abort.signal, deadline: clock.now() + deadlineMs }).then(
              end,
              end,
            )
          }
          await clock.advance(10_000)
          expect(settled).toBe(steps.length)
          expect(new Set(served).size).toBe(served.length)
          expect(most()).toBeLessThanOrEqual(2 * slots)
          expect(clock.pending).toBe(0)
          // Every place was given back, and no more than that: so many can start at once, and one more cannot.
          const before = served.length
          const after = Array.from({ length: 2 * slots + 1 }, (_, i) => ask(`after ${i}`))
          await clock.advance(0)
          expect(served.length - before).toBe(2 * slots)
          await clock.advance(1_000)
          await Promise.all(after)
        },
      ),
      { numRuns: 60 },
    )
  })

  test.each([
    [{ targets: [] }, /admit: targets must be a list of targets with an id/],
    [{ targets: ['a'] }, /admit: targets/],
    [{ priority: 'urgent' }, /admit: priority must be 'interactive' or 'batch', or a function/],
    [{ speed: 1 }, /admit: unknown option 'speed'/],
  ])('T23 %o is refused with a sentence', (options, sentence) => {
    expect(() => admit(limits(), options as never)).toThrow(sentence)
  })
  test.each([
    [
      { maxConcurrent: 0 },
      /limits: maxConcurrent must be a whole number of at least 1, or Infinity, got 0/,
    ],
    [{ requestsPerMinute: Number.NaN }, /limits: requestsPerMinute must be/],
    [{ perKey: { a: { maxConcurrent: -1 } } }, /limits: of key 'a': maxConcurrent must be/],
  ])('T23 limits(%o) is refused with a sentence', (options, sentence) => {
    expect(() => limits(options)).toThrow(sentence)
  })
})
