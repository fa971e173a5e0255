import { fail, hang, recordEvents, script, testClock } from '@holdfast/testing'
import { policyContract } from '@holdfast/testing/contract'
import { describe, expect, test, vi } from 'vitest'

import {
  deadline,
  DeadlineExceededError,
  pipeline,
  timeout,
  TimeoutError,
  type Policy,
  type Provider,
} from './index.ts'

interface Req {
  readonly q: string
}
const req: Req = { q: 'hi' }
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (error: unknown) => error,
  )

policyContract('timeout', () => timeout({ timeoutMs: 100 }))
policyContract('deadline', () => deadline({ timeoutMs: 100 }))

describe('timeout', () => {
  test('T8 rejects with a typed error that carries the limit, and that is the reason of the signal', async () => {
    const clock = testClock()
    let reason: unknown
    const slow: Provider<Req, string> = (_r, ctx) =>
      new Promise((_, no) =>
        ctx.signal.addEventListener('abort', () => no((reason = ctx.signal.reason))),
      )
    const error = caught(pipeline(slow, [timeout({ timeoutMs: 200 })], { clock })(req))
    await clock.advance(200)
    expect(TimeoutError.is(await error)).toBe(true)
    expect(await error).toMatchObject({
      timeoutMs: 200,
      fault: { kind: 'timeout', retryable: true },
    })
    expect(reason).toBe(await error)
  })

  test('T62 a provider that does not listen is left behind; its late failure is not unhandled, its late stream is cancelled', async () => {
    const clock = testClock()
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    let settleLate!: { ok: (value: unknown) => void; no: (error: Error) => void }
    const deaf: Provider<Req, unknown> = () => new Promise((ok, no) => (settleLate = { ok, no }))
    const ask = pipeline(deaf, [timeout({ timeoutMs: 10 })], { clock })
    const discarded = recordEvents(ask)

    const first = caught(ask(req))
    await clock.advance(10)
    expect(TimeoutError.is(await first)).toBe(true)
    settleLate.no(new Error('too late'))

    const second = caught(ask(req))
    await clock.advance(10)
    expect(TimeoutError.is(await second)).toBe(true)
    const cancel = vi.fn(async () => {})
    settleLate.ok({ body: { cancel } })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(cancel).toHaveBeenCalledOnce()
    expect(discarded.map(({ type }) => type)).toContain('attempt:discarded')
  })

  test('T9 the signal stays alive after the answer: a body may still be read on it', async () => {
    const clock = testClock()
    let signal!: AbortSignal
    const ask = pipeline(
      async (_r: Req, ctx) => ((signal = ctx.signal), new Response('body')),
      [timeout({ timeoutMs: 10 })],
      { clock },
    )
    const response = await ask(req)
    await clock.advance(1_000)
    expect(signal.aborted).toBe(false)
    expect(await response.text()).toBe('body')
  })

  test('T7 a caller who leaves under a long timeout gets the own reason, and no timeout is told', async () => {
    const clock = testClock()
    const abort = new AbortController()
    const ask = pipeline(script<Req>(hang()), [timeout({ timeoutMs: 60_000 })], { clock })
    const error = caught(ask(req, { signal: abort.signal }))
    abort.abort('bored')
    expect(await error).toBe('bored')
    expect(clock.pending).toBe(0)
  })

  test('T24 Infinity is no limit', async () => {
    const clock = testClock()
    expect(
      await pipeline(script<Req>('ok'), [timeout({ timeoutMs: Infinity })], { clock })(req),
    ).toBe('ok')
  })

  test.each([NaN, -1, 0, '5', null, {}, undefined])(
    'T23 timeoutMs %s is refused with a sentence',
    (timeoutMs) => {
      expect(() => timeout({ timeoutMs } as never)).toThrow(
        timeoutMs === undefined
          ? /^timeout: one of timeoutMs, firstContentMs, idleMs, totalMs must be given$/
          : /^timeout: timeoutMs must be a number of milliseconds of at least 1, or Infinity, got /,
      )
      expect(() => deadline({ timeoutMs } as never)).toThrow(/^deadline: timeoutMs must be/)
    },
  )
})

describe('deadline', () => {
  test('T18 bounds an attempt in flight, with its own error, also when an inner policy hangs', async () => {
    const clock = testClock()
    const stuck: Policy<Req, string> = () => new Promise(() => {})
    const error = caught(
      pipeline(script<Req>('ok'), [deadline({ timeoutMs: 500 }), stuck], { clock })(req),
    )
    await clock.advance(500)
    expect(DeadlineExceededError.is(await error)).toBe(true)
    expect(await error).toMatchObject({ fault: { kind: 'deadline-exceeded', retryable: false } })
    expect(clock.pending).toBe(0)
  })

  test('inner policies read it, and the nearest one counts', async () => {
    const clock = testClock(1_000)
    let seen = 0
    const peek: Policy<Req, string> = (ctx, next) => ((seen = ctx.deadline), next())
    await pipeline(script<Req>('ok'), [deadline({ timeoutMs: 500 }), peek], { clock })(req)
    expect(seen).toBe(1_500)
    await pipeline(script<Req>('ok'), [deadline({ timeoutMs: 500 }), peek], { clock })(req, {
      deadline: 1_200,
    })
    expect(seen).toBe(1_200)
  })

  test('a deadline given with the call is kept even without the policy', async () => {
    const clock = testClock()
    const error = caught(pipeline(script<Req>(hang()), [], { clock })(req, { deadline: 30 }))
    await clock.advance(30)
    expect(DeadlineExceededError.is(await error)).toBe(true)
  })
})

describe('the caller who leaves', () => {
  test('T2 an already aborted signal calls nobody and rejects with the very reason', async () => {
    const provider = script<Req>('ok')
    const reason = { why: 'gone' }
    expect(
      await caught(
        pipeline(provider, [timeout({ timeoutMs: 5 })])(req, { signal: AbortSignal.abort(reason) }),
      ),
    ).toBe(reason)
    expect(provider.calls).toHaveLength(0)
  })

  test('T3 an answer that comes after the abort is not lost silently: it is told with its attempt', async () => {
    const abort = new AbortController()
    let finish!: (text: string) => void
    const ask = pipeline((_r: Req) => new Promise<string>((ok) => (finish = ok)), [])
    const events = recordEvents(ask)
    const error = caught(ask(req, { signal: abort.signal }))
    abort.abort('left')
    expect(await error).toBe('left')
    finish('paid for')
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.find(({ type }) => type === 'attempt:discarded')).toMatchObject({
      response: 'paid for',
    })
  })

  test.each(['text', undefined, Object.freeze({ frozen: true })])(
    'T10 reason %s is a cancellation',
    async (reason) => {
      const abort = new AbortController()
      let kind = ''
      const ask = pipeline(script<Req>(hang()), [
        async (ctx, next) => {
          try {
            return await next()
          } catch (error) {
            kind = ctx.classify(error).kind
            throw error
          }
        },
      ])
      const error = caught(ask(req, { signal: abort.signal }))
      abort.abort(reason)
      await error
      await new Promise((resolve) => setImmediate(resolve))
      expect(kind).toBe('aborted')
    },
  )

  test("T11 the provider's own AbortError is a failure when nobody here aborted, a cancellation when the caller did", async () => {
    const kinds: string[] = []
    const peek: Policy<Req, string> = async (ctx, next) => {
      try {
        return await next()
      } catch (error) {
        kinds.push(ctx.classify(error).kind)
        throw error
      }
    }
    const abortError = new DOMException('This operation was aborted', 'AbortError')
    await caught(pipeline(script<Req>(fail(abortError)), [peek])(req))
    const abort = new AbortController()
    const leaves: Provider<Req, string> = async () => {
      abort.abort('me')
      throw abortError
    }
    await caught(pipeline(leaves, [peek])(req, { signal: abort.signal }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(kinds).toEqual(['timeout', 'aborted'])
  })

  test('R-34 cancels upstream', async () => {
    const abort = new AbortController()
    let upstream!: AbortSignal
    const ask = pipeline(
      (_r: Req, ctx) => new Promise<string>(() => (upstream = ctx.signal)),
      [timeout({ timeoutMs: 1_000 })],
    )
    const error = caught(ask(req, { signal: abort.signal }))
    abort.abort('left')
    expect(await error).toBe('left')
    expect(upstream.aborted).toBe(true)
    expect(upstream.reason).toBe('left')
  })
})
