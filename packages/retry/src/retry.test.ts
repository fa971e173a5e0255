import { deadline, faultOf, pipeline, retryBudget } from '@holdfast/core'
import type { CallOptions, Handler, Policy, RetryBudget } from '@holdfast/core'
import {
  fail,
  hang,
  httpError,
  recordEvents,
  script,
  seededRandom,
  settle,
  testClock,
} from '@holdfast/testing'
import type { Step, TestClock, TestClockOptions } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { RetryHookError } from './errors.ts'
import type { RetryOptions } from './options.ts'
import { retry } from './retry.ts'

interface Setting extends RetryOptions {
  readonly dice?: () => number
  readonly clock?: TestClock
  readonly retryBudget?: RetryBudget
}

/** A pipeline of `retry` alone over a script, on a clock that the test turns. */
const stage = (options: Setting, ...steps: readonly Step<string, string>[]) => {
  const { dice = () => 0.5, clock = testClock(5_000), retryBudget: shared, ...own } = options
  const provider = script<string>(...steps)
  const means = { clock, random: dice, name: 'chat', ...(shared && { retryBudget: shared }) }
  const chat = pipeline(provider, [retry(own)], means)
  return { clock, provider, chat, events: recordEvents(chat) }
}

/** Turns the clock until the call is over: how it ended, and when. */
const outcome = async (chat: Handler<string, string>, clock: TestClock, options?: CallOptions) => {
  const startedAt = clock.now()
  const ended = chat('hi', options).then(
    (answer) => ({ answer, error: undefined, afterMs: clock.now() - startedAt }),
    (error: unknown) => ({ answer: undefined, error, afterMs: clock.now() - startedAt }),
  )
  await clock.advance(1_000_000)
  return ended
}

const hint = (seconds: number | string, status = 429) =>
  httpError(status, { headers: { 'retry-after': String(seconds) } })
const gaps = (calls: readonly { readonly at: number }[]) =>
  calls.slice(1).map(({ at }, i) => at - calls[i]!.at)

describe('attempts', () => {
  test('T27 maxAttempts counts all calls: 4 by default, 1 never retries', async () => {
    for (const [options, count] of [
      [{}, 4],
      [{ maxAttempts: 1 }, 1],
      [{ maxAttempts: 2 }, 2],
    ] as const) {
      const error = httpError(503)
      const { chat, clock, provider } = stage(options, fail(error))
      expect((await outcome(chat, clock)).error).toBe(error)
      expect(provider.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4].slice(0, count))
      expect(clock.pending).toBe(0)
    }
  })

  test('R-29 an upstream that always says 429 sees exactly maxAttempts requests', async () => {
    const { chat, clock, provider } = stage({ maxAttempts: 7 }, fail(httpError(429)))
    await outcome(chat, clock)
    expect(provider.calls).toHaveLength(7)
  })

  test('the first success is the answer', async () => {
    const { chat, clock, provider } = stage({}, fail(httpError(500)), fail(httpError(502)), 'hello')
    expect(await outcome(chat, clock)).toMatchObject({ answer: 'hello' })
    expect(gaps(provider.calls)).toEqual([1_000, 4_000])
  })

  test('T28 what is no Error is classified as usual and rethrown by identity', async () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('trap')
        },
      },
    )
    const plain = { status: 429 }
    for (const [thrown, calls] of [
      [plain, 4],
      ['no', 1],
      [null, 1],
      [undefined, 1],
      [hostile, 1],
    ] as const) {
      const { chat, clock, provider } = stage({}, fail(thrown))
      expect((await outcome(chat, clock)).error === thrown).toBe(true)
      expect(provider.calls).toHaveLength(calls)
    }
  })

  test('T29 a TypeError is retried when it is a network fault, not when it is a bug', async () => {
    const offline = new TypeError('fetch failed', {
      cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }),
    })
    const network = stage({}, fail(offline), 'hello')
    expect((await outcome(network.chat, network.clock)).answer).toBe('hello')
    const bug = stage(
      {},
      fail(new TypeError("Cannot read properties of undefined (reading 'x')")),
      'hello',
    )
    await outcome(bug.chat, bug.clock)
    expect(bug.provider.calls).toHaveLength(1)
  })

  test('T30 a provider that throws synchronously fails like one that rejects', async () => {
    const throws = () => {
      throw httpError(503)
    }
    const { chat, clock, provider } = stage({}, throws, throws, 'hello')
    expect((await outcome(chat, clock)).answer).toBe('hello')
    expect(provider.calls).toHaveLength(3)
  })

  test('T31 a thenable that fails is retried, a bare value is the answer', async () => {
    const thenable = {
      // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
      then(_: unknown, reject: (error: unknown) => void) {
        reject(httpError(503))
      },
    }
    const { chat, clock, provider } = stage({}, (() => thenable) as never, () => 'bare')
    expect((await outcome(chat, clock)).answer).toBe('bare')
    expect(provider.calls).toHaveLength(2)
  })

  test('T35 concurrent calls share no backoff', async () => {
    const alone = stage({ jitter: 'decorrelated' }, fail(httpError(500)))
    const { afterMs } = await outcome(alone.chat, alone.clock)
    const clock = testClock(5_000)
    const chat = pipeline(
      script<string>(fail(httpError(500))),
      [retry({ jitter: 'decorrelated' })],
      { clock, random: () => 0.5 },
    )
    const ends: number[] = []
    for (let i = 0; i < 3; i++) void chat('hi').catch(() => ends.push(clock.now() - 5_000))
    await clock.advance(1_000_000)
    expect(ends).toEqual([afterMs, afterMs, afterMs])
  })
})

describe('which faults', () => {
  const QUOTA = httpError(429, {
    body: { error: { code: 'insufficient_quota', message: 'You exceeded your current quota' } },
  })

  test.each([
    ['R-18 a spent quota', QUOTA],
    [
      'R-23 a model that is gone',
      httpError(404, {
        body: { error: { code: 'model_not_found', message: 'The model does not exist' } },
      }),
    ],
    ['R-25 a wrong key', httpError(401)],
    ['an invalid request', httpError(400)],
  ])('%s is not retried', async (_, error) => {
    const { chat, clock, provider, events } = stage({}, fail(error), 'hello')
    expect(await outcome(chat, clock)).toMatchObject({ error, afterMs: 0 })
    expect(provider.calls).toHaveLength(1)
    expect(events.types()).not.toContain('retry:exhausted')
  })

  test('R-19 a quota per minute is retried', async () => {
    const error = httpError(429, {
      body: {
        error: { status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded for requests_per_minute' },
      },
    })
    const { chat, clock } = stage({}, fail(error), 'hello')
    expect((await outcome(chat, clock)).answer).toBe('hello')
  })

  test('`on` says which: a fault that is not on it ends the call', async () => {
    const { chat, clock, provider } = stage(
      { on: ['rate-limited'] },
      fail(httpError(429)),
      fail(httpError(503)),
    )
    await outcome(chat, clock)
    expect(provider.calls).toHaveLength(2)
  })

  test('R-25 `on` does not override retryable: false', async () => {
    const { chat, clock, provider } = stage(
      { on: ['auth', 'quota-exhausted'], adapt: (request: unknown) => request },
      fail(httpError(401)),
    )
    await outcome(chat, clock)
    expect(provider.calls).toHaveLength(1)
  })

  test('T19 x-should-retry: false stops it though attempts remain', async () => {
    const error = httpError(503, { headers: { 'x-should-retry': 'false' } })
    const { chat, clock, provider } = stage({ adapt: (request: unknown) => request }, fail(error))
    expect((await outcome(chat, clock)).error).toBe(error)
    expect(provider.calls).toHaveLength(1)
  })
})

describe('the hint', () => {
  test('T12 is a floor: jitter only adds', async () => {
    for (const roll of [0, 0.5, 0.999]) {
      const { chat, clock, provider } = stage(
        { dice: () => roll, baseDelayMs: 100 },
        fail(hint(2)),
        'hello',
      )
      await outcome(chat, clock)
      expect(gaps(provider.calls)[0]).toBe(Math.ceil(2_000 * (1 + roll / 10)))
    }
  })

  test('R-21 it is read from the body too', async () => {
    const error = httpError(429, {
      body: { error: { message: 'Rate limit reached. Please try again in 7.5s.' } },
    })
    const { chat, clock, provider } = stage({ dice: () => 0 }, fail(error), 'hello')
    await outcome(chat, clock)
    expect(gaps(provider.calls)).toEqual([7_500])
  })

  test.each([-20, 20])('T25 a timer that fires %i ms off never undercuts it', async (off) => {
    const early: TestClockOptions = { jitterMs: () => off }
    const { chat, clock, provider } = stage(
      { clock: testClock(5_000, early) },
      fail(hint(2)),
      'hello',
    )
    expect((await outcome(chat, clock)).answer).toBe('hello')
    expect(gaps(provider.calls)[0]).toBeGreaterThanOrEqual(2_000)
  })

  test('T20 after it, the backoff starts from the beginning', async () => {
    const { chat, clock, provider } = stage(
      { dice: () => 0.999_999, baseDelayMs: 1_000 },
      fail(httpError(500)),
      fail(httpError(500)),
      fail(hint(30)),
      fail(httpError(500)),
    )
    await outcome(chat, clock)
    expect(gaps(provider.calls)).toEqual([1_000, 2_000, 33_000])
    const longer = stage(
      { dice: () => 0.999_999, baseDelayMs: 1_000, maxAttempts: 5 },
      fail(httpError(500)),
      fail(httpError(500)),
      fail(hint(30)),
      fail(httpError(500)),
    )
    await outcome(longer.chat, longer.clock)
    expect(gaps(longer.provider.calls)).toEqual([1_000, 2_000, 33_000, 1_000])
  })

  test('T16 longer than maxDelayMs it is honoured, longer than maxRetryAfterMs it gives up', async () => {
    const options = { maxDelayMs: 1_000, maxRetryAfterMs: 20_000, dice: () => 0 }
    const honoured = stage(options, fail(hint(20)), 'hello')
    expect(await outcome(honoured.chat, honoured.clock)).toMatchObject({
      answer: 'hello',
      afterMs: 20_000,
    })
    const error = hint(21)
    const refused = stage(options, fail(error), 'hello')
    expect(await outcome(refused.chat, refused.clock)).toMatchObject({ error, afterMs: 0 })
    expect(refused.events.at(-2)).toMatchObject({
      type: 'retry:exhausted',
      reason: 'retry-after',
      error,
    })
  })

  test('T16 of exactly maxRetryAfterMs is honoured, and spread behind it; a second more is not', async () => {
    const options = { maxRetryAfterMs: 5_000, maxAttempts: 2, dice: () => 1 - Number.EPSILON }
    const at = stage(options, fail(hint(5)), 'hello')
    expect(await outcome(at.chat, at.clock)).toMatchObject({ answer: 'hello' })
    expect(gaps(at.provider.calls)[0]).toBeCloseTo(5_500, 6)
    const beyond = stage(options, fail(hint(6)), 'hello')
    expect(await outcome(beyond.chat, beyond.clock)).toMatchObject({ afterMs: 0 })
  })

  test('T17 that ends exactly at the deadline is not waited for; a millisecond less is', async () => {
    const ending = async (deadlineMs: number) => {
      const { chat, clock } = stage({ dice: () => 0 }, fail(hint(5)), 'hello')
      return outcome(chat, clock, { deadline: clock.now() + deadlineMs })
    }
    expect(await ending(5_000)).toMatchObject({ answer: undefined, afterMs: 0 })
    expect(await ending(5_001)).toMatchObject({ answer: 'hello', afterMs: 5_000 })
  })

  test('T14 a huge one gives up and arms no timer', async () => {
    const error = hint(9_999_999_999)
    const { chat, clock } = stage({}, fail(error))
    expect(await outcome(chat, clock)).toMatchObject({ error, afterMs: 0 })
  })
})

describe('the deadline', () => {
  test('T15 R-22 a hint beyond it fails at once with the original error', async () => {
    const error = hint(30)
    const { chat, clock, provider, events } = stage({}, fail(error))
    expect(await outcome(chat, clock, { deadline: 25_000 })).toMatchObject({ error, afterMs: 0 })
    expect(provider.calls).toHaveLength(1)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'retry:exhausted', reason: 'deadline', attempt: 1, error }),
    )
  })

  test('T17 no attempt starts at it or after it', async () => {
    const { chat, clock, provider } = stage(
      { baseDelayMs: 100, dice: () => 0.999_999, maxAttempts: Infinity, budget: false },
      fail(httpError(500)),
    )
    const { afterMs } = await outcome(chat, clock, { deadline: 5_000 + 800 })
    expect(gaps(provider.calls)).toEqual([100, 200, 400])
    expect(afterMs).toBe(700)
  })

  test('T25 a timer that fires late does not start an attempt after it', async () => {
    const late = testClock(5_000, { jitterMs: () => 20 })
    const provider = script<string>(fail(httpError(500)))
    const spent: Policy<string, string> = (ctx, next) => next({ deadline: ctx.clock.now() + 510 })
    const chat = pipeline(provider, [spent, retry({ delay: () => 500 })], { clock: late })
    const ended = chat('hi').catch((error: unknown) => error)
    await late.advance(600)
    expect(await ended).toMatchObject({ status: 500 })
    expect(provider.calls).toHaveLength(1)
  })

  test('R-22 the policy `deadline` outside is what it reads', async () => {
    const clock = testClock()
    const chat = pipeline(
      script<string>(fail(hint(30))),
      [deadline({ timeoutMs: 10_000 }), retry()],
      { clock },
    )
    await expect(chat('hi')).rejects.toMatchObject({ status: 429 })
    expect(clock.now()).toBe(0)
  })
})

describe('giving up', () => {
  test('T36 a spent budget ends it at once, with the original error and a reason of its own', async () => {
    const error = httpError(503)
    const empty = { deposit() {}, withdraw: () => false, balance: () => 0 }
    const { chat, clock, events } = stage({ retryBudget: empty }, fail(error))
    expect(await outcome(chat, clock)).toMatchObject({ error, afterMs: 0 })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'retry:exhausted', reason: 'budget', error }),
    )
    const free = stage({ retryBudget: empty, budget: false }, fail(error), 'hello')
    expect((await outcome(free.chat, free.clock)).answer).toBe('hello')
  })

  test('T36 1,000 failing calls make at most 1,200 requests and the reserve', async () => {
    const budget = retryBudget({ ratio: 0.2, minPerSecond: 3, ttlMs: 10_000 })
    const { chat, clock, provider } = stage(
      { retryBudget: budget, delay: () => 0 },
      fail(httpError(503)),
    )
    for (let i = 0; i < 1_000; i++) await chat('hi').catch(() => {})
    expect(provider.calls.length).toBeLessThanOrEqual(1_230)
    expect(provider.calls.length).toBeGreaterThan(1_200)
    expect(clock.pending).toBe(0)
  })

  test('T39 a quiet client may retry again when its entries have expired', async () => {
    const budget = retryBudget({ ratio: 0.01, minPerSecond: 1, ttlMs: 3_000 })
    const { chat, clock, provider } = stage(
      { retryBudget: budget, maxAttempts: 10, delay: () => 0 },
      fail(httpError(503)),
    )
    await chat('hi').catch(() => {})
    expect(provider.calls).toHaveLength(4)
    await clock.advance(4_000)
    await chat('hi').catch(() => {})
    expect(provider.calls).toHaveLength(8)
  })

  test('T38 every retry draws on it once; success and a fault beyond repair draw nothing', async () => {
    const withdrawn: number[] = []
    const counting = {
      deposit() {},
      balance: () => 1,
      withdraw: (now: number) => withdrawn.push(now) > 0,
    }
    const { chat } = stage(
      { retryBudget: counting, delay: () => 0 },
      fail(httpError(503)),
      'hello',
      fail(httpError(400)),
      'hello',
    )
    expect(await chat('hi')).toBe('hello')
    await expect(chat('hi')).rejects.toMatchObject({ status: 400 })
    expect(await chat('hi')).toBe('hello')
    expect(withdrawn).toEqual([5_000])
  })

  test('T36 one that is told not to draw on it goes on when it is spent', async () => {
    const spent: RetryBudget = { deposit() {}, withdraw: () => false, balance: () => 0 }
    const { chat, clock } = stage(
      { budget: false, retryBudget: spent },
      fail(httpError(503)),
      'hello',
    )
    expect(await outcome(chat, clock)).toMatchObject({ answer: 'hello' })
  })

  test('R-29 nested retries multiply what they were set to, and no more; every one is drawn', async () => {
    const drawn: number[] = []
    const budget: RetryBudget = {
      deposit() {},
      withdraw: (now) => drawn.push(now) > 0,
      balance: () => 1,
    }
    const clock = testClock()
    const error = httpError(503)
    const provider = script<string>(fail(error))
    const inner = pipeline(provider, [retry({ maxAttempts: 3 })], { clock })
    const outer = pipeline(inner, [retry({ maxAttempts: 2 })], { clock, retryBudget: budget })
    expect((await outcome(outer, clock)).error).toBe(error)
    expect(provider.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1, 2, 3])
    expect(drawn).toHaveLength(5)
  })

  test('R-31 a pipeline inside a pipeline draws on the same budget', async () => {
    const clock = testClock()
    const budget = retryBudget({ ratio: 0.01, minPerSecond: 0.5, ttlMs: 10_000 })
    const provider = script<string>(fail(httpError(503)))
    const inner = pipeline(provider, [retry({ delay: () => 0 })], { clock })
    const outer = pipeline(inner, [retry({ delay: () => 0 })], { clock, retryBudget: budget })
    await expect(outer('hi')).rejects.toMatchObject({ status: 503 })
    expect(provider.calls).toHaveLength(1 + 5)
  })

  test('the last attempt is told with its reason, each other one with its wait', async () => {
    const error = httpError(500)
    const { chat, clock, events } = stage({ maxAttempts: 2 }, fail(error))
    await outcome(chat, clock)
    expect(events.filter(({ type }) => type.startsWith('retry:'))).toMatchObject([
      {
        type: 'retry:scheduled',
        attempt: 1,
        delayMs: 1_000,
        error,
        fault: { kind: 'server', status: 500 },
      },
      { type: 'retry:exhausted', attempt: 2, reason: 'attempts', error, fault: { kind: 'server' } },
    ])
  })

  test('failover before backoff: while another target is ready it waits for nothing', async () => {
    const clock = testClock()
    const provider = script<string>(fail(httpError(503)))
    const elsewhere =
      (left: number): Policy<string, string> =>
      (_ctx, next) =>
        next({ alternatives: () => left })
    const chat = pipeline(provider, [elsewhere(1), retry()], { clock })
    await expect(chat('hi')).rejects.toMatchObject({ status: 503 })
    expect(provider.calls).toHaveLength(1)
    const alone = pipeline(provider, [elsewhere(0), retry()], { clock, random: () => 0.5 })
    await outcome(alone, clock)
    expect(provider.calls).toHaveLength(5)
  })

  test('failover before backoff: a timeout is not waited for twice while another target is ready', async () => {
    const clock = testClock()
    const provider = script<string>(fail(httpError(504)))
    const elsewhere: Policy<string, string> = (_ctx, next) => next({ alternatives: () => 1 })
    const chat = pipeline(provider, [elsewhere, retry()], { clock })
    await expect(chat('hi')).rejects.toMatchObject({ status: 504 })
    expect(provider.calls).toHaveLength(1)
  })

  test("a bad answer is the request's own fault, and is asked for again here", async () => {
    const classify = () => faultOf('invalid-output', 'no JSON')
    const provider = script<string>(fail('bad'), 'good')
    const elsewhere: Policy<string, string> = (_ctx, next) => next({ alternatives: () => 1 })
    const clock = testClock()
    const chat = pipeline(provider, [elsewhere, retry()], { clock, classify, random: () => 0.5 })
    expect((await outcome(chat, clock)).answer).toBe('good')
  })
})

describe('abort', () => {
  test('T38 during the wait it ends the call at once, with the very reason and no timer left', async () => {
    const { chat, clock, provider } = stage({}, fail(hint(30)))
    const controller = new AbortController()
    const reason = { why: 'left' }
    const ended = chat('hi', { signal: controller.signal }).catch((error: unknown) => error)
    await clock.advance(10_000)
    controller.abort(reason)
    expect(await ended).toBe(reason)
    await settle()
    expect(clock.pending).toBe(0)
    expect(provider.calls).toHaveLength(1)
  })

  test('T38 in flight it is not retried', async () => {
    const { chat, clock, provider } = stage({}, hang())
    const controller = new AbortController()
    const ended = chat('hi', { signal: controller.signal }).catch((error: unknown) => error)
    await settle()
    controller.abort('left')
    expect(await ended).toBe('left')
    await clock.advance(1_000_000)
    expect(provider.calls).toHaveLength(1)
  })

  test('T26 from a timer it stops endless retries of a synchronous failure', async () => {
    const throws = () => {
      throw httpError(503)
    }
    const provider = script<string>(throws)
    const chat = pipeline(provider, [
      retry({ maxAttempts: Infinity, delay: () => 0, budget: false }),
    ])
    const controller = new AbortController()
    setTimeout(() => controller.abort('enough'), 5)
    await expect(chat('hi', { signal: controller.signal })).rejects.toBe('enough')
    expect(provider.calls.length).toBeGreaterThanOrEqual(100)
  })

  test('a wait of 0 arms no timer', async () => {
    const { chat, clock } = stage(
      { baseDelayMs: 0 },
      fail(httpError(503)),
      fail(httpError(503)),
      'hello',
    )
    expect(await chat('hi')).toBe('hello')
    expect(clock.pending).toBe(0)
  })

  test('T22 attempt 1,100 still has a finite wait below the cap', async () => {
    const { chat, clock, provider } = stage(
      { maxAttempts: 1_101, budget: false, maxDelayMs: 50 },
      fail(httpError(503)),
    )
    await outcome(chat, clock)
    const last = gaps(provider.calls)
    expect(last).toHaveLength(1_100)
    expect(last.at(-1)).toBe(25)
  })
})

describe('hooks', () => {
  test('`delay` has its own wait, undefined leaves it to the backoff, the hint stays the floor', async () => {
    const delay = ({ attempt }: { attempt: number }) => (attempt === 2 ? undefined : 7)
    const { chat, clock, provider } = stage(
      { delay, dice: () => 0 },
      fail(httpError(500)),
      fail(httpError(500)),
      fail(hint(3)),
      'hello',
    )
    await outcome(chat, clock)
    expect(gaps(provider.calls)).toEqual([7, 0, 3_000])
  })

  test('`adapt` changes the request for the attempts that follow, by fault', async () => {
    const seen: unknown[] = []
    const provider = script<string>(fail(httpError(504)), fail(httpError(500)), 'hello')
    const clock = testClock()
    const chat = pipeline(
      provider,
      [
        retry({
          adapt: (request, { fault, attempt }) => {
            seen.push([fault.kind, attempt])
            return fault.kind === 'timeout' ? `${request}, shortly` : undefined
          },
        }),
      ],
      { clock },
    )
    await outcome(chat, clock)
    expect(provider.calls.map(({ request }) => request)).toEqual([
      'hi',
      'hi, shortly',
      'hi, shortly',
    ])
    expect(seen).toEqual([
      ['timeout', 1],
      ['server', 2],
    ])
  })

  test('R-25 a full context window is retried only with another request, and at once', async () => {
    const error = httpError(400, {
      body: { error: { code: 'context_length_exceeded', message: 'too long' } },
    })
    const clock = testClock()
    const provider = script<string>(fail(error), fail(error), 'hello')
    const shorter = (request: string) => (request === '' ? undefined : request.slice(1))
    const chat = pipeline(provider, [retry({ adapt: shorter })], { clock })
    expect(await chat('hi')).toBe('hello')
    expect(provider.calls.map(({ request }) => request)).toEqual(['hi', 'i', ''])

    const endless = script<string>(fail(error))
    await expect(pipeline(endless, [retry({ adapt: shorter })], { clock })('hi')).rejects.toBe(
      error,
    )
    expect(endless.calls.map(({ request }) => request)).toEqual(['hi', 'i', ''])
  })

  test('T34 a request whose body is a read stream is not sent again, unless `adapt` makes a fresh one', async () => {
    const request = () => ({ url: 'http://a.test', body: new ReadableStream() })
    const clock = testClock()
    const error = httpError(503)
    const once = script<{ url: string; body: ReadableStream }>(fail(error))
    const chat = pipeline(once, [retry()], { clock })
    const events = recordEvents(chat)
    await expect(chat(request())).rejects.toBe(error)
    expect(once.calls).toHaveLength(1)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'retry:exhausted', reason: 'body-consumed' }),
    )

    const again = script<{ url: string; body: ReadableStream }>(fail(error), 'hello')
    const fresh = pipeline(again, [retry({ adapt: request, delay: () => 0 })], { clock })
    expect(await fresh(request())).toBe('hello')
  })

  test.each(['adapt', 'delay'] as const)(
    'T33 R-32 %s that throws ends the call: the error of the attempt is its cause',
    async (hook) => {
      const error = httpError(503)
      const thrown = new Error('a bug')
      const { chat, clock, provider } = stage(
        {
          [hook]: () => {
            throw thrown
          },
        },
        fail(error),
      )
      const ended = (await outcome(chat, clock)).error as RetryHookError
      expect(RetryHookError.is(ended)).toBe(true)
      expect(ended).toMatchObject({
        thrown,
        cause: error,
        message: 'retry: a hook failed: Error: a bug',
      })
      expect(ended.fault).toMatchObject({ kind: 'overloaded', retryable: false })
      expect(ended).not.toHaveProperty('status')
      expect(RetryHookError.is(error)).toBe(false)
      expect(provider.calls).toHaveLength(1)
    },
  )

  test.each(['adapt', 'delay'] as const)(
    'T33 %s that is async by mistake ends the call in a sentence, and its rejection harms nobody',
    async (hook) => {
      for (const answer of [async () => 'hi', () => Promise.reject(new Error('unheard'))]) {
        const error = httpError(503)
        const { chat, clock, provider } = stage({ [hook]: answer }, fail(error))
        const ended = (await outcome(chat, clock)).error
        expect(ended).toMatchObject({
          cause: error,
          message: `retry: a hook failed: TypeError: ${hook} must answer at once, got a promise`,
        })
        await settle()
        expect(provider.calls).toHaveLength(1)
      }
    },
  )

  test('T28 T33 a hook may throw anything: it is told all the same', async () => {
    for (const [thrown, told] of [
      ['a text', "'a text'"],
      [Object.create(null), '{…}'],
      [undefined, 'undefined'],
    ] as const) {
      const delay = (): number => {
        throw thrown
      }
      const { chat, clock } = stage({ delay }, fail(httpError(503)))
      expect((await outcome(chat, clock)).error).toMatchObject({
        thrown,
        message: `retry: a hook failed: ${told}`,
      })
    }
  })

  test.each([NaN, -1, Infinity, '5', null])(
    'T23 T33 `delay` that returns %j ends the call in a sentence',
    async (value) => {
      const { chat, clock, provider } = stage(
        { delay: () => value as number },
        fail(httpError(503)),
      )
      const { error } = await outcome(chat, clock)
      expect((error as Error).message).toMatch(
        /^retry: a hook failed: RangeError: delay must return a finite number of milliseconds of at least 0, got ./,
      )
      expect(provider.calls).toHaveLength(1)
    },
  )
})

test('T21 under real dice a herd is spread, also behind one hint', async () => {
  const clock = testClock()
  const provider = script<string>(fail(hint(10)))
  const chat = pipeline(provider, [retry({ maxAttempts: 2, budget: false })], {
    clock,
    random: seededRandom(7),
  })
  for (let i = 0; i < 100; i++) void chat('hi').catch(() => {})
  await clock.advance(60_000)
  const returns = provider.calls.slice(100).map(({ at }) => at)
  expect(Math.min(...returns)).toBeGreaterThanOrEqual(10_000)
  expect(new Set(returns).size).toBeGreaterThan(80)
})
