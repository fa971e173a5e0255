import {
  health,
  pipeline,
  timeout,
  TimeoutError,
  type Context,
  type Next,
  type Target,
} from '@holdfast/core'
import { httpError, testClock, type TestClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { admit } from './admit.ts'
import { LimitedError } from './errors.ts'
import { limits } from './limits.ts'
import { pace } from './pace.ts'
import type { LimitsSnapshot } from './snapshot.ts'

const wait = (clock: TestClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve))
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

describe('headers that lie', () => {
  const odd = Object.create(null) as object
  const throwing = {
    get limit(): string {
      throw new Error('no')
    },
  }
  test.each([
    ['a value without a text', { 'x-ratelimit-limit': odd }],
    ['a getter that throws', throwing],
    ['entries that are none', { entries: (): number => 5 }],
    ['names that are no texts', new Map([[5, 'five']])],
  ])('a paid answer is not lost over %s', async (_, headers) => {
    const ask = pipeline(async () => ({ headers, text: 'paid' }), [pace(limits())])
    expect(await ask('hi')).toMatchObject({ text: 'paid' })
    const error = Object.assign(new Error('429'), { status: 429, headers })
    const fails = pipeline(() => Promise.reject<string>(error), [pace(limits())])
    expect(await caught(fails('hi'))).toBe(error)
  })

  test('a limit of nothing is no limit: a key that nobody uses any more would never be heard of again', async () => {
    const clock = testClock()
    const headers = {
      'x-ratelimit-limit-requests': '0',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-limit-tokens': '0',
      'x-ratelimit-remaining-tokens': '0',
      'ratelimit-policy': '"none";q=0;w=0',
    }
    const ask = pipeline(async () => ({ headers }), [pace(limits())], { clock })
    await ask('1')
    const second = ask('2')
    await clock.advance(1_000)
    expect(await second).toMatchObject({ headers })
  })

  test('what is left is not more than the limit', async () => {
    const clock = testClock()
    const headers = {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '1000000',
    }
    let sent = 0
    const call = async (): Promise<object> => (sent++, { headers })
    const ask = pipeline(call, [pace(limits())], { clock })
    await ask('1')
    for (let i = 0; i < 200; i++) void caught(ask('more'))
    await clock.advance(0)
    expect(sent).toBeLessThanOrEqual(62)
  })

  test('a limit of a day says nothing of the one of a minute that refuses (Groq)', async () => {
    const clock = testClock()
    let minute = -1
    let inMinute = 0
    let today = 14_400
    let refused = 0
    let served = 0
    const call = async (): Promise<object> => {
      await wait(clock, 300)
      const now = Math.floor(clock.now() / 60_000)
      if (now !== minute) [minute, inMinute] = [now, 0]
      const headers = {
        'x-ratelimit-limit-requests': '14400',
        'x-ratelimit-remaining-requests': String(today),
      }
      if (++inMinute > 30) {
        refused++
        throw httpError(429, { headers: { ...headers, 'retry-after': '2' } })
      }
      today--
      served++
      return { headers }
    }
    const again = async (_: unknown, next: Next<string, object>): Promise<object> => {
      for (;;)
        try {
          return await next({ attempt: 1 })
        } catch (error) {
          if (LimitedError.is(error)) throw error
        }
    }
    const ask = pipeline(call, [again, pace(limits({ maxWaitMs: Infinity }))], { clock })
    const all = Array.from({ length: 300 }, () => caught(ask('hi')))
    await clock.advance(20 * 60_000)
    await Promise.all(all)
    expect(served).toBe(300)
    // The first 270 are out before anybody can know.
    expect(refused).toBeLessThan(800)
  })

  test('a key that is told to stay away for a day is asked again within minutes', async () => {
    const clock = testClock()
    let calls = 0
    const call = async (): Promise<string> => {
      if (++calls > 1) return 'ok'
      throw httpError(429, { headers: { 'retry-after': '86400' } })
    }
    const ask = pipeline(call, [pace(limits())], { clock })
    await caught(ask('1'))
    expect(await caught(ask('2'))).toMatchObject({ reason: 'waited' })
    await clock.advance(330_000)
    expect(await ask('3')).toBe('ok')
  })

  test('T49 a snapshot of a clock that is far ahead pauses nobody for longer', async () => {
    const clock = testClock()
    const shared = limits()
    const ask = pipeline(async (prompt: string) => prompt, [pace(shared)], { clock, provider: 'p' })
    await ask('the clock is known from here on')
    shared.restore({
      version: 1,
      keys: { p: { share: 1, pausedUntil: clock.wall() + 86_400_000 } },
    })
    expect(await caught(ask('1'))).toMatchObject({ reason: 'waited' })
    await clock.advance(300_000)
    expect(await ask('2')).toBe('2')
  })

  test('one answer without headers does not lift a limit', async () => {
    const clock = testClock()
    let sent = 0
    const call = async (): Promise<object> => {
      const headers =
        ++sent === 5
          ? { date: 'today' }
          : { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0' }
      await wait(clock, 100)
      return { headers }
    }
    const ask = pipeline(call, [pace(limits())], { clock })
    const first = ask('1')
    await clock.advance(100)
    await first
    for (let i = 0; i < 50; i++) void caught(ask('more'))
    await clock.advance(10_000)
    expect(sent).toBeLessThanOrEqual(12)
  })
})

describe('estimates', () => {
  test.each([Number.NaN, -500, Infinity, 'many', undefined])(
    'an estimate of %s neither lifts the limit nor blocks it',
    async (estimate) => {
      const clock = testClock()
      let sent = 0
      const shared = limits({ tokensPerMinute: 2_000, estimateTokens: () => estimate as number })
      const ask = pipeline(async () => sent++, [pace(shared)], { clock })
      for (let i = 0; i < 20; i++) void caught(ask('hi'))
      await clock.advance(0)
      expect(sent).toBeGreaterThan(0)
      expect(sent).toBeLessThan(10)
      await clock.advance(60_000)
      expect(sent).toBeGreaterThan(4)
    },
  )

  test('a request that holds more than texts is weighed by its texts, and in time', async () => {
    const clock = testClock()
    const graph: Record<string, unknown> = {}
    for (let i = 0; i < 12; i++) graph[`self${i}`] = graph
    class Agent {
      readonly note = 'word '.repeat(100_000)
    }
    const request = {
      messages: ['hi'],
      graph,
      agent: new Agent(),
      signal: new AbortController().signal,
    }
    const ask = pipeline(async () => 'ok', [pace(limits({ tokensPerMinute: 2_000 }))], { clock })
    const answer = Promise.all([ask(request as object), ask(request as object)])
    await clock.advance(1_000)
    expect(await answer).toStrictEqual(['ok', 'ok'])
  })

  test('an image inside of a text is no text', async () => {
    const clock = testClock()
    const body = JSON.stringify({ image: `data:image/png;base64,${'iVBORw0KGgo'.repeat(10_000)}` })
    const ask = pipeline(async () => 'ok', [pace(limits({ tokensPerMinute: 2_000 }))], { clock })
    const answer = Promise.all([ask({ body }), ask({ body })])
    await clock.advance(1_000)
    expect(await answer).toStrictEqual(['ok', 'ok'])
  })

  test('an answer that cannot be read is an answer', async () => {
    const dialect = {
      isResponse: () => true,
      read: () => {
        throw new Error('unreadable')
      },
      needs: () => ({}),
      modelOf: () => undefined,
    }
    const ask = pipeline(async () => 'ok', [pace(limits({ tokensPerMinute: 2_000 }))], {
      dialect: dialect as never,
    })
    expect(await ask('hi')).toBe('ok')
  })
})

describe('a provider that never comes back', () => {
  test('T59 keeps its place for as long as it may be at work, and not for ever', async () => {
    const clock = testClock()
    const started: string[] = []
    const call = (prompt: string): Promise<string> => {
      started.push(prompt)
      return prompt === 'hangs' ? new Promise(() => {}) : Promise.resolve(prompt)
    }
    const shared = limits({ maxConcurrent: 1, maxWaitMs: Infinity })
    const ask = pipeline(call, [pace(shared), timeout({ timeoutMs: 1_000 })], { clock })
    const first = caught(ask('hangs'))
    const second = ask('next')
    await clock.advance(200_000)
    expect(TimeoutError.is(await first)).toBe(true)
    expect(started).toStrictEqual(['hangs'])
    await clock.advance(200_000)
    expect(await second).toBe('next')
    expect(clock.pending).toBe(0)
  })
})

describe('nesting', () => {
  test.each(['pace', 'admit'])(
    'R-38 a pipeline in a pipeline on the same key does not wait for itself (%s)',
    async (kind) => {
      const clock = testClock()
      const shared = limits({ maxConcurrent: 1, key: () => 'one key' })
      let running = 0
      let most = 0
      const call = async (prompt: string): Promise<string> => {
        most = Math.max(most, ++running)
        await wait(clock, 100)
        running--
        return prompt
      }
      const options = { clock, provider: 'p' }
      const inner =
        kind === 'pace'
          ? pipeline(call, [pace(shared)], options)
          : pipeline(call, [admit(shared), pace(shared)], options)
      const outer = pipeline(inner, [pace(shared)], options)
      const all = ['1', '2', '3'].map((prompt) => caught(outer(prompt)))
      await clock.advance(1_000)
      expect(await Promise.all(all)).toStrictEqual(['1', '2', '3'])
      expect(most).toBe(1)
      expect(clock.pending).toBe(0)
    },
  )
})

describe('nesting that is none', () => {
  test('T59 a second try on the same context waits for the first, which works on', async () => {
    const clock = testClock()
    let running = 0
    let most = 0
    const call = async (): Promise<string> => {
      most = Math.max(most, ++running)
      await wait(clock, 1_000)
      running--
      return 'late'
    }
    const again = async (_: unknown, next: Next<string, string>): Promise<string> => {
      try {
        return await next()
      } catch {
        return next()
      }
    }
    const ask = pipeline(
      call,
      [again, pace(limits({ maxConcurrent: 1 })), timeout({ timeoutMs: 100 })],
      { clock },
    )
    const answer = caught(ask('hi'))
    await clock.advance(5_000)
    expect(TimeoutError.is(await answer)).toBe(true)
    expect(most).toBe(1)
  })

  test('T59 a call that was taken back from a target queues again like any other', async () => {
    const clock = testClock()
    const shared = limits({ maxConcurrent: 1 })
    let running = 0
    let most = 0
    const call = async (): Promise<string> => {
      most = Math.max(most, ++running)
      await wait(clock, 1_000)
      running--
      return 'ok'
    }
    let evacuated = false
    const breaker = (ctx: Context<string>, next: Next<string, string>): Promise<string> => {
      if (evacuated) return next()
      evacuated = true
      next().catch(() => {})
      return wait(clock, 100).then(() => {
        throw Object.assign(new Error('open'), {
          code: 'HOLDFAST_CIRCUIT_OPEN',
          fault: { kind: 'circuit-open', retryable: false, scope: 'request', message: 'open' },
        })
      })
    }
    const ask = pipeline(call, [admit(shared), breaker, pace(shared)], { clock, provider: 'p' })
    const answer = ask('hi')
    await clock.advance(5_000)
    expect(await answer).toBe('ok')
    expect(most).toBe(1)
  })
})

describe('many', () => {
  test('T55 keys are bounded, those that tell their limits too', async () => {
    const clock = testClock()
    const shared = limits({ maxKeys: 50, key: (ctx) => String(ctx.request) })
    const headers = { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '59' }
    const ask = pipeline(async () => ({ headers }), [pace(shared)], { clock })
    for (let i = 0; i < 500; i++) await ask(`key ${i}`)
    expect(Object.keys(shared.snapshot().keys).length).toBeLessThanOrEqual(50)
  })

  test('T55 a key that is paused is not forgotten for others', async () => {
    const clock = testClock()
    const shared = limits({ maxKeys: 50, key: (ctx) => String(ctx.request) })
    const call = async (key: string): Promise<string> => {
      if (key === 'refused') throw httpError(429, { headers: { 'retry-after': '30' } })
      return key
    }
    const ask = pipeline(call, [pace(shared)], { clock })
    await caught(ask('refused'))
    for (let i = 0; i < 500; i++) await ask(`key ${i}`)
    expect(shared.snapshot().keys['refused']).toMatchObject({ pausedUntil: expect.any(Number) })
  })

  test('more routes than a key can tell do not stay shut for want of news', async () => {
    const clock = testClock()
    const shared = limits({ maxConcurrent: 1, key: () => 'k' })
    const call = async (): Promise<string> => {
      await wait(clock, 10)
      return 'ok'
    }
    const routes = Array.from({ length: 100 }, () =>
      pipeline(call, [admit(shared), pace(shared)], { clock, provider: 'p' }),
    )
    const all: Promise<string>[] = []
    for (const ask of routes) all.push(ask('hi'))
    await clock.advance(5_000)
    const later = routes.map((ask) => caught(ask('again')))
    await clock.advance(5_000)
    expect(await Promise.all([...all, ...later])).toHaveLength(200)
    expect((await Promise.all(later)).filter((answer) => answer !== 'ok')).toStrictEqual([])
  })

  test('no route starves beside another that has more calls', async () => {
    const clock = testClock()
    const shared = limits({ requestsPerMinute: 600, key: () => 'k' })
    const served: string[] = []
    const route = (name: string) =>
      pipeline(async () => void served.push(name), [admit(shared), pace(shared)], {
        clock,
        provider: 'p',
      })
    const [many, few] = [route('many'), route('few')]
    for (let i = 0; i < 200; i++) void caught(many('hi'))
    for (let i = 0; i < 10; i++) void caught(few('hi'))
    await clock.advance(5_000)
    expect(served.filter((name) => name === 'few')).toHaveLength(10)
  })
})

describe('learning', () => {
  test('what is learned of a target is learned of its key', async () => {
    const clock = testClock()
    const shared = limits({ key: () => 'one key' })
    const times: number[] = []
    const target: Target<string, number> = {
      id: 'gpt',
      provider: 'openai',
      call: async (_, ctx) => {
        shared.learn(ctx.target.id, {
          'x-ratelimit-limit-requests': '60',
          'x-ratelimit-remaining-requests': '0',
        })
        return times.push(clock.now())
      },
    }
    const pick = (_: unknown, next: Next<string, number>): Promise<number> => next({ target })
    const ask = pipeline(async () => 0, [pick, pace(shared)], { clock })
    await ask('1')
    const second = ask('2')
    await clock.advance(1_000)
    await second
    expect(times[1]).toBeGreaterThanOrEqual(1_000)
    expect(Object.keys(shared.snapshot().keys)).toStrictEqual(['one key'])
  })

  test('T49 a snapshot survives being written down, whatever is known or not', async () => {
    const clock = testClock()
    const headers = { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '9' }
    const call = async (key: string): Promise<object> => (key === 'silent' ? {} : { headers })
    const key = (ctx: Context): string => String(ctx.request)
    const known = limits({ key })
    const ask = pipeline(call, [pace(known)], { clock })
    await ask('silent')
    await ask('telling')
    const written = JSON.parse(JSON.stringify(known.snapshot())) as LimitsSnapshot
    const restored = limits()
    restored.restore(written)
    const { silent, telling } = restored.snapshot().keys
    expect(silent).toMatchObject({ share: 1 })
    expect(telling).toMatchObject({ share: 1, requestsPerMs: 0.001, burst: 10 })
  })

  test.each([0, -1, 2, null])('T49 a snapshot with a share of %s is refused', (share) => {
    const keys = { a: { share, pausedUntil: 0 } }
    expect(() => limits().restore({ version: 1, keys } as never)).toThrow(
      /limits: the snapshot of 'a': share must be a number above 0 and up to 1/,
    )
  })

  test('T61 a clock whose cheap reading is a tick old does not fill the bucket twice', async () => {
    const precise = testClock()
    const clock = { ...precise, recent: () => Math.floor(precise.now() / 25) * 25 }
    let sent = 0
    const call = async (): Promise<string> => {
      sent++
      await wait(precise, 10)
      return 'ok'
    }
    const ask = pipeline(call, [pace(limits({ requestsPerMinute: 6_000 }))], { clock })
    for (let i = 0; i < 2_000; i++) void caught(ask('hi'))
    for (let i = 0; i < 500; i++) await precise.advance(10)
    // Half a second's worth at once, then five seconds' worth.
    expect(sent).toBeGreaterThan(500)
    expect(sent).toBeLessThanOrEqual(551)
  })

  test('answers that come at once leave the window usable', async () => {
    const clock = testClock()
    const view = health()
    const shared = limits()
    const breaker = (ctx: Context<string>, next: Next<string, string>): Promise<string> => {
      ctx.health.of('p').state = 'open'
      return next().finally(() => (ctx.health.of('p').state = 'healthy'))
    }
    const ask = pipeline(async () => 'ok', [breaker, pace(shared)], {
      clock,
      provider: 'p',
      health: view,
    })
    for (let i = 0; i < 20; i++) {
      await ask('hi')
      expect(view.of('p').capacity).toBeGreaterThan(0)
    }
  })
})
