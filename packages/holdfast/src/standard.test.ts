import { ConfigurationError, TimeoutError, type Target } from '@holdfast/core'
import { limits } from '@holdfast/limit'
import { httpError, script, fail, testClock } from '@holdfast/testing'
import { describe, expect, test, vi } from 'vitest'

import { standard } from './standard.ts'

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

const target = (id: string, call: (prompt: string) => Promise<string>): Target<string, string> => ({
  id,
  provider: id,
  call,
})

describe('standard', () => {
  test('one function gets all that needs no decision, in the canonical order', () => {
    const ask = standard(async (prompt: string) => `${prompt}!`)
    expect(ask.policies).toStrictEqual([
      'deadline',
      'admit',
      'retry',
      'hedge',
      'notEmpty',
      'notTruncated',
      'circuitBreaker',
      'pace',
      'timeout',
    ])
  })

  test('every slot has its place, whatever order it is named in', () => {
    const ask = standard<string, string>({
      degrade: () => 'sorry',
      interrupt: 'restart',
      cache: { scope: 'shared', ttlMs: 1_000 },
      targets: [target('a', async () => 'a'), target('b', async () => 'b')],
    })
    expect(ask.policies.slice(0, 6)).toStrictEqual([
      'degrade',
      'cache',
      'deadline',
      'interrupt',
      'admit',
      'fallback',
    ])
  })

  test('what is false is not there', () => {
    const ask = standard(async (prompt: string) => prompt, {
      retry: false,
      hedge: false,
      breaker: false,
      limits: false,
      timeout: false,
    })
    expect(ask.policies).toStrictEqual(['deadline', 'notEmpty', 'notTruncated'])
  })

  test('calls go to the first target, and to the next when it fails', async () => {
    const clock = testClock()
    const a = script<string>('from a', fail(httpError(500)))
    const ask = standard<string, string>({
      targets: [target('a', a as never), target('b', async () => 'from b')],
      clock,
    })
    expect(await ask('hi')).toBe('from a')
    const { response, report } = await ask.withReport('hi')
    expect(response).toBe('from b')
    expect((await report).served).toMatchObject({ target: 'b', provider: 'b' })
    expect((await report).attempts.map(({ target: id }) => id)).toStrictEqual(['a', 'b'])
  })

  test('a target without a call runs on the one that is given', async () => {
    const ask = standard<string, string>({
      call: async (prompt, ctx) => `${prompt} by ${ctx.model}`,
      targets: [
        { id: 'large', provider: 'p', model: 'large' },
        { id: 'small', provider: 'p', model: 'small' },
      ],
    })
    expect(await ask('hi')).toBe('hi by large')
  })

  test('a bad answer is asked for again', async () => {
    const clock = testClock()
    const call = script<string>('', 'good')
    const answer = standard(call as never as (prompt: string) => Promise<string>, { clock })('hi')
    await clock.advance(5_000)
    expect(await answer).toBe('good')
  })

  test('what answers when all else failed still answers in time', async () => {
    const clock = testClock()
    const hang = vi.fn(() => new Promise<string>(() => {}))
    const ask = standard<string, string>({
      targets: [target('a', hang)],
      degrade: () => 'sorry',
      deadlineMs: 10_000,
      clock,
    })
    const answer = ask('hi')
    await clock.advance(9_999)
    expect(await answer).toBe('sorry')
  })

  test('limits may be shared between routes', async () => {
    const shared = limits({ maxConcurrent: 1 })
    const clock = testClock()
    let running = 0
    let most = 0
    const call = async (): Promise<string> => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => void clock.after(100, resolve))
      running--
      return 'ok'
    }
    const routes = [1, 2].map(() =>
      standard<string, string>({ targets: [target('a', call)], limits: shared, clock }),
    )
    const all = Promise.all([...routes, ...routes].map((ask) => ask('hi')))
    await clock.advance(1_000)
    expect(await all).toStrictEqual(['ok', 'ok', 'ok', 'ok'])
    expect(most).toBe(1)
  })

  test('a fixed timeout makes the window of the breaker long enough (T77)', async () => {
    const clock = testClock()
    const ask = standard(() => new Promise<string>(() => {}), {
      timeout: { timeoutMs: 8_000 },
      retry: false,
      clock,
    })
    const error = caught(ask('hi'))
    await clock.advance(8_000)
    expect(TimeoutError.is(await error)).toBe(true)
  })

  test.each([
    [{ targets: [] }, /at least one entry/],
    [{ targets: [{ id: 'a', provider: 'a' }] }, /needs the option call/],
    [undefined, /targets/],
  ])('T23 %o is refused with a sentence', (options, sentence) => {
    expect(() => standard(options as never)).toThrow(sentence)
    expect(() => standard(options as never)).toThrow(ConfigurationError)
  })
})
