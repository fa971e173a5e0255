import {
  pipeline,
  retryBudget,
  timeout,
  type AnswerStream,
  type Context,
  type Policy,
  type Target,
} from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { recordEvents, testClock, type TestClock } from '@holdfast/testing'
import { describe, expect, test, vi } from 'vitest'

import { HedgeLostError } from './errors.ts'
import { hedge } from './hedge.ts'

const wait = (clock: TestClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve))

/** Answers after so many ms: one entry per call. */
const slow =
  (clock: TestClock, ...times: (number | Error)[]) =>
  async (): Promise<string> => {
    const time = times.shift() ?? 10
    if (time instanceof Error) throw time
    await wait(clock, time)
    return `after ${time}`
  }
/** Pays for as many second attempts as a test wants. */
const generous = { ratio: 1 } as const

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

describe('hedge', () => {
  test('a second attempt starts when the first content is late, and whoever answers first serves', async () => {
    const clock = testClock()
    const ask = pipeline(slow(clock, 30_000, 200), [hedge({ afterMs: 500, ...generous })], {
      clock,
    })
    const events = recordEvents(ask)
    const answer = ask.withReport('hi')
    await clock.advance(700)
    expect((await answer).response).toBe('after 200')
    expect(events.map(({ type }) => type)).toContain('hedge:decided')
    const { attempts } = await (await answer).report
    expect(attempts.map(({ outcome }) => outcome)).toStrictEqual(['failed', 'succeeded'])
  })

  test('R-81 it waits for 1.3 times what 95 % took', async () => {
    const clock = testClock()
    const provider = vi.fn(slow(clock, ...Array.from({ length: 200 }, () => 1_000), 30_000, 10))
    const ask = pipeline(provider, [hedge()], { clock })
    for (let i = 0; i < 200; i++) {
      const answer = ask('hi')
      await clock.advance(1_000)
      await answer
    }
    const p95 = 1_000
    const answer = ask('late')
    await clock.advance(1.25 * p95)
    expect(provider).toHaveBeenCalledTimes(201)
    // The estimate of the p95 is one of a log scale: a few per cent too high.
    await clock.advance(0.35 * p95)
    expect(provider).toHaveBeenCalledTimes(202)
    expect(await answer).toBe('after 10')
  })

  test('a whole answer has half as long again: how late it is depends on its length', async () => {
    const clock = testClock()
    const dialect = {
      isResponse: () => false,
      modelOf: () => undefined,
      read: () => undefined,
      needs: () => ({ streaming: false }),
    }
    const provider = vi.fn(slow(clock, ...Array.from({ length: 40 }, () => 1_000), 30_000, 10))
    const ask = pipeline(provider, [hedge(generous)], { clock, dialect: dialect as never })
    for (let i = 0; i < 40; i++) {
      const answer = ask('hi')
      await clock.advance(1_000)
      await answer
    }
    const answer = ask('late')
    await clock.advance(1_900)
    expect(provider).toHaveBeenCalledTimes(41)
    await clock.advance(500)
    expect(await answer).toBe('after 10')
  })

  test('R-81 the second goes to another target, and not to one that is not well', async () => {
    const clock = testClock()
    const other: Target<string, string> = { id: 'b', provider: 'b', call: async () => 'from b' }
    const policies = [
      hedge({ targets: [{ id: 'a', provider: 'a' }, other], afterMs: 100, ...generous }),
    ]
    const ask = pipeline(slow(clock, 5_000, 5_000, 1), policies, { clock, provider: 'a' })
    const first = ask('hi')
    await clock.advance(100)
    expect(await first).toBe('from b')
  })

  test.each(['open', 'banned', 'degraded'] as const)(
    'R-81 off while the alternative is %s',
    async (state) => {
      const clock = testClock()
      const other: Target<string, string> = { id: 'b', provider: 'b', call: vi.fn(async () => 'b') }
      const spoil = async (ctx: Context<string>, next: () => Promise<string>): Promise<string> => {
        Object.assign(ctx.health.of('b'), { state, until: 10_000 })
        return next()
      }
      const ask = pipeline(
        slow(clock, 1_000),
        [spoil, hedge({ targets: [other], afterMs: 100, ...generous })],
        { clock },
      )
      const answer = ask('hi')
      await clock.advance(1_000)
      expect(await answer).toBe('after 1000')
      expect(other.call).not.toHaveBeenCalled()
    },
  )

  test('R-81 at most 5 % extra load, however late everything is', async () => {
    const clock = testClock()
    const provider = vi.fn(async () => {
      await wait(clock, 1_000)
      return 'ok'
    })
    const ask = pipeline(provider, [hedge({ afterMs: 100 })], {
      clock,
      retryBudget: retryBudget({ minPerSecond: 1_000 }),
    })
    for (let i = 0; i < 200; i++) {
      const answer = ask('hi')
      await clock.advance(1_000)
      await answer
    }
    expect(provider.mock.calls.length).toBeLessThanOrEqual(210)
    expect(provider.mock.calls.length).toBeGreaterThan(205)
  })

  test('T37 a spent retry budget suppresses the second attempt only: the first still answers', async () => {
    const clock = testClock()
    const provider = vi.fn(slow(clock, 1_000))
    const budget = retryBudget({ minPerSecond: 0, ratio: 0.01 })
    const ask = pipeline(provider, [hedge({ afterMs: 100, ...generous })], {
      clock,
      retryBudget: budget,
    })
    const answer = ask('hi')
    await clock.advance(1_000)
    expect(await answer).toBe('after 1000')
    expect(provider).toHaveBeenCalledOnce()
  })

  test('T37 R-81 a second attempt is one request more wherever it goes: another target is not free either', async () => {
    const clock = testClock()
    const other: Target<string, string> = { id: 'b', provider: 'b', call: vi.fn(async () => 'b') }
    const ask = pipeline(
      slow(clock, 1_000),
      [hedge({ targets: [other], afterMs: 100, ...generous })],
      { clock, retryBudget: retryBudget({ minPerSecond: 0, ratio: 0.01 }) },
    )
    const answer = ask('hi')
    await clock.advance(1_000)
    expect(await answer).toBe('after 1000')
    expect(other.call).not.toHaveBeenCalled()
  })

  test.each([
    ['no tools', { capabilities: { tools: false } }],
    ['no schema', { capabilities: { jsonSchema: false } }],
    ['no eyes', { capabilities: { vision: false } }],
    ['a small window', { contextWindow: 99 }],
  ])('R-43 R-44 a target with %s is no rival for a request that needs it', async (_, facts) => {
    const clock = testClock()
    const needs = { tools: true, jsonSchema: true, vision: true, streaming: true, inputTokens: 100 }
    const dialect = {
      isResponse: () => false,
      modelOf: () => undefined,
      read: () => undefined,
      needs: () => needs,
    }
    const unfit: Target<string, string> = {
      id: 'b',
      provider: 'b',
      call: vi.fn(async () => 'b'),
      ...facts,
    }
    const fit: Target<string, string> = { id: 'c', provider: 'c', call: async () => 'from c' }
    const ask = pipeline(
      slow(clock, 1_000),
      [hedge({ targets: [unfit, fit], afterMs: 100, ...generous })],
      { clock, dialect: dialect as never },
    )
    const answer = ask('hi')
    await clock.advance(100)
    expect(await answer).toBe('from c')
    expect(unfit.call).not.toHaveBeenCalled()
  })

  test('T63 a stream that loses while a policy inside still looks at it is let go of', async () => {
    const clock = testClock()
    const ended: string[] = []
    let calls = 0
    const call = streaming(async function* () {
      const mine = String(++calls)
      try {
        yield `${mine} one`
        await wait(clock, 60_000)
        yield `${mine} two`
      } finally {
        ended.push(mine)
      }
    })
    /** The first stream is looked at for long: the second one overtakes it. */
    const look: Policy<string, AnswerStream<string>> = async (_, next) => {
      const stream = await next()
      if (calls === 1) await wait(clock, 1_000)
      return stream
    }
    const ask = pipeline(call, [hedge({ afterMs: 100, ...generous }), look], { clock })
    const answer = ask('hi')
    await clock.advance(100)
    const stream = await answer
    const chunks: string[] = []
    const read = (async () => {
      for await (const chunk of stream) chunks.push(chunk)
    })()
    await clock.advance(2_000)
    expect(ended).toStrictEqual(['1'])
    await clock.advance(60_000)
    await read
    expect(chunks).toStrictEqual(['2 one', '2 two'])
    expect(clock.pending).toBe(0)
  })

  test('a thousand at once: each has an answer, and no timer or listener is left', async () => {
    const clock = testClock()
    let calls = 0
    const call = async (): Promise<string> => {
      const mine = ++calls
      await wait(clock, mine % 7 === 0 ? 900 : 50)
      if (mine % 11 === 0) throw new Error('down')
      return 'ok'
    }
    const { signal } = new AbortController()
    const listens = vi.spyOn(signal, 'addEventListener')
    const leaves = vi.spyOn(signal, 'removeEventListener')
    const ask = pipeline(call, [hedge({ afterMs: 200, ...generous })], {
      clock,
      retryBudget: retryBudget({ minPerSecond: 1_000 }),
    })
    const all = Array.from({ length: 1_000 }, () => caught(ask('hi', { signal })))
    await clock.advance(2_000)
    expect(await Promise.all(all)).toHaveLength(1_000)
    expect(clock.pending).toBe(0)
    expect(leaves.mock.calls.length).toBe(listens.mock.calls.length)
  })

  test('T63 the loser is told at once and with a reason, its late answer is let go, and nobody waits for it', async () => {
    const clock = testClock()
    const signals: AbortSignal[] = []
    const cancel = vi.fn(async () => {})
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    let calls = 0
    const ask = pipeline(
      async (_: string, ctx): Promise<unknown> => {
        signals.push(ctx.signal)
        const mine = ++calls
        await wait(clock, mine === 1 ? 5_000 : 10)
        return { mine, cancel }
      },
      [hedge({ afterMs: 100, ...generous })],
      { clock },
    )
    const answer = ask('hi')
    await clock.advance(110)
    expect(await answer).toMatchObject({ mine: 2 })
    expect(HedgeLostError.is(signals[0]!.reason)).toBe(true)
    expect(signals[1]!.aborted).toBe(false)
    await clock.advance(5_000)
    expect(cancel).toHaveBeenCalledOnce()
    expect(unhandled).not.toHaveBeenCalled()
    process.off('unhandledRejection', unhandled)
    expect(clock.pending).toBe(0)
  })

  test('T64 a failure without a second attempt is thrown at once; of two failures the first one', async () => {
    const clock = testClock()
    const [one, two] = [new Error('one'), new Error('two')]
    const early = pipeline(slow(clock, one), [hedge({ afterMs: 100, ...generous })], { clock })
    expect(await caught(early('hi'))).toBe(one)
    expect(clock.pending).toBe(0)

    let calls = 0
    const both = pipeline(
      async (): Promise<string> => {
        const mine = ++calls
        await wait(clock, mine === 1 ? 300 : 50)
        throw mine === 1 ? one : two
      },
      [hedge({ afterMs: 100, ...generous })],
      { clock },
    )
    const error = caught(both('hi'))
    await clock.advance(300)
    expect(await error).toBe(one)
  })

  test('T65 what breakers and budgets see of the loser is that nobody wanted it', async () => {
    const clock = testClock()
    const kinds: string[] = []
    const peek: Policy<string, string> = async (ctx, next) => {
      try {
        return await next()
      } catch (error) {
        kinds.push(ctx.classify(error).kind)
        throw error
      }
    }
    const ask = pipeline(
      slow(clock, 5_000, 10),
      [hedge({ afterMs: 100, ...generous }), peek, timeout({ timeoutMs: 10_000 })],
      { clock },
    )
    const answer = ask('hi')
    await clock.advance(200)
    await answer
    expect(kinds).toStrictEqual(['aborted'])
  })

  test('the caller who leaves takes both along', async () => {
    const clock = testClock()
    const signals: AbortSignal[] = []
    const ask = pipeline(
      async (_: string, ctx) => {
        signals.push(ctx.signal)
        await wait(clock, 5_000)
        return 'late'
      },
      [hedge({ afterMs: 100, ...generous })],
      { clock },
    )
    const abort = new AbortController()
    const error = caught(ask('hi', { signal: abort.signal }))
    await clock.advance(200)
    abort.abort('bored')
    expect(await error).toBe('bored')
    expect(signals.map(({ reason }) => reason as unknown)).toStrictEqual(['bored', 'bored'])
  })
})
