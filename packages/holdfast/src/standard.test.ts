import { ConfigurationError, isSeam, TimeoutError, type Target } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { limits } from '@holdfast/limit'
import { openAIChat } from '@holdfast/providers'
import { httpError, script, fail, testClock } from '@holdfast/testing'
import type { Schema } from '@holdfast/validators'
import { describe, expect, test, vi } from 'vitest'

import { standard } from './standard.ts'

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

const target = (id: string, call: (prompt: string) => Promise<string>): Target<string, string> => ({
  id,
  provider: id,
  call,
})

/** A schema without a library. */
const TOTAL: Schema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof (value as { total?: unknown }).total === 'number'
        ? { value }
        : { issues: [{ message: 'total is no number' }] },
  },
}

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

  test('a stream that may begin anew is judged at its end, and its first word is not held back', async () => {
    const clock = testClock()
    const chunk = (content: string, finish_reason: string | null = null): object => ({
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content }, finish_reason }],
    })
    let calls = 0
    const call = streaming(async function* ({ stream }: { readonly stream: true }) {
      calls += Number(stream)
      yield chunk('{"total": ')
      await new Promise<void>((resolve) => void clock.after(1_000, resolve))
      yield chunk(calls === 1 ? '"many"}' : '5}', 'stop')
    })
    const ask = standard(call, {
      schema: TOTAL,
      interrupt: 'restart',
      dialect: openAIChat,
      clock,
    })
    const live = await ask({ stream: true })
    expect(clock.now()).toBe(0)
    const parts: unknown[] = []
    const read = (async () => {
      for await (const part of live.withSeams())
        if (isSeam(part)) parts.length = 0
        else parts.push(part)
    })()
    await clock.advance(10_000)
    await read
    expect(calls).toBe(2)
    expect(live.seen.text).toBe('{"total": 5}')
    expect(parts).toHaveLength(2)
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

  test('R-30 what is undefined is as if it were not there', async () => {
    const clock = testClock()
    let calls = 0
    const call = async (): Promise<string> => {
      calls++
      throw httpError(500)
    }
    const ask = standard(call, {
      dialect: undefined,
      retry: false,
      limits: false,
      timeout: { timeoutMs: undefined },
      breaker: { consecutiveFailures: undefined },
      clock,
    } as never)
    // Three in a row and a probe, as standard has it; the breaker by itself would let all of them through.
    for (let i = 0; i < 9; i++) await caught(ask('hi'))
    expect(calls).toBe(4)
    const chat = {
      choices: [{ message: { role: 'assistant', content: '' }, finish_reason: 'stop' }],
    }
    const empty = standard(async () => chat, { dialect: undefined, retry: false } as never)
    expect(await caught(empty('hi'))).toMatchObject({ fault: { kind: 'empty' } })
  })

  test('R-76 a target for certain faults only is no place for a second attempt', async () => {
    const clock = testClock()
    const reserved = vi.fn(async () => 'from the lenient one')
    const slow = async (): Promise<string> => {
      await new Promise<void>((resolve) => void clock.after(500, resolve))
      return 'late'
    }
    const ask = standard<string, string>({
      targets: [target('strict', slow), target('lenient', reserved)],
      fallback: { onlyOn: { lenient: ['refused'] } },
      hedge: { afterMs: 10, ratio: 1 },
      clock,
    })
    const answer = ask('hi')
    await clock.advance(1_000)
    expect(await answer).toBe('late')
    expect(reserved).not.toHaveBeenCalled()
  })

  test('functions of one name are targets of their own', async () => {
    const make = (fails: boolean) =>
      async function ask(): Promise<string> {
        if (fails) throw httpError(500)
        return 'from the second'
      }
    const chat = standard<string, string>({ targets: [make(true), make(false)] })
    const { response, report } = await chat.withReport('hi')
    expect(response).toBe('from the second')
    expect((await report).attempts.map(({ target: id }) => id)).toStrictEqual(['ask', 'ask-2'])
  })

  test.each([1, 2, 3])('a deadline of %d ms can be had', async (deadlineMs) => {
    const ask = standard<string, string>({
      targets: [target('a', async () => 'a')],
      degrade: () => 'sorry',
      deadlineMs,
      clock: testClock(),
    })
    expect(await ask('hi')).toBe('a')
  })

  test.each([
    [{ targets: [] }, /standard: targets must be a list with at least one entry, got \[\]/],
    [{ targets: null }, /standard: targets must be a list/],
    [{ targets: [null] }, /one of the targets must be a target or a function/],
    [{ targets: [{ id: 'a', provider: 'a' }] }, /needs the option call/],
    [undefined, /standard: it needs \{ targets/],
  ])('T23 %o is refused with a sentence', (options, sentence) => {
    expect(() => standard(options as never)).toThrow(sentence)
    expect(() => standard(options as never)).toThrow(ConfigurationError)
  })

  test.each([
    [{ speed: 1 }, /standard: unknown option 'speed'; it knows deadlineMs, schema/],
    [{ targets: [] }, /standard: unknown option 'targets'/],
    [{ fallback: {} }, /standard: unknown option 'fallback'/],
    [{ deadlineMs: Number.NaN }, /standard: deadlineMs must be .*, got NaN/],
    [{ interrupt: 'maybe' }, /standard: interrupt must be 'error' or 'restart' or 'resume'/],
    [{ retry: true }, /standard: retry must be an object of options, or false to leave it out/],
    [{ hedge: 5 }, /standard: hedge must be an object of options/],
    [{ validate: () => true }, /standard: validate must be a list of policies, got a function/],
    [{ retry: { maxAttempts: 0 } }, /retry: maxAttempts must be/],
  ])('R-80 the option %o is refused in its own name', (options, sentence) => {
    expect(() => standard(async (prompt: string) => prompt, options as never)).toThrow(sentence)
  })
})
