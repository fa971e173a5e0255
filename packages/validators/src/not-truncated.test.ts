import { pipeline } from '@holdfast/core'
import type { Policy } from '@holdfast/core'
import { recordEvents, script } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { failureOf, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import { ableWire, plainWire, talk } from '../test/talk.ts'
import type { Talk } from '../test/talk.ts'
import { EmptyAnswerError, notTruncated, truncation, TruncatedAnswerError } from './index.ts'
import type { NotTruncatedOptions } from './index.ts'

const cut = (text: string): Wire => wire({ text, finish: 'length' })
const over = (text: string): Wire => wire({ text, finish: 'stop' })

const chatWith = (
  options: NotTruncatedOptions,
  dialect = ableWire,
  ...answers: readonly Wire[]
) => {
  const provider = script<Talk, Wire>(...answers)
  const chat = pipeline(provider, [notTruncated(options)], { dialect })
  return { chat, events: recordEvents(chat), calls: provider.calls }
}
const named = (events: ReturnType<typeof recordEvents>, prefix: string) =>
  events.filter(({ type }) => type.startsWith(prefix))

describe('continue', () => {
  const on = { on: 'continue' } as const

  test("goes on by the wire's own means, until it is whole, and joins the parts", async () => {
    const { chat, calls, events } = chatWith(
      on,
      ableWire,
      cut('Once upon a '),
      cut('time there '),
      over('was.'),
    )
    const { response, report } = await chat.withReport(talk)
    expect(response.answer).toMatchObject({ text: 'Once upon a time there was.', finish: 'stop' })
    expect(calls.map(({ request }) => request.turns.at(-1))).toEqual([
      'user: hi',
      'prefill: Once upon a ',
      'prefill: Once upon a time there ',
    ])
    expect(named(events, 'truncation:')).toMatchObject([
      { type: 'truncation:continued', round: 1, truncation: { by: 'finish-reason' } },
      { round: 2 },
    ])
    expect((await report).totalUsage).toMatchObject({ outputTokens: 15 })
  })

  test('where the wire has none, asks in words', async () => {
    const { chat, calls } = chatWith(on, plainWire, cut('Once upon'), over(' a time.'))
    expect((await chat(talk)).answer.text).toBe('Once upon a time.')
    expect(calls[1]?.request.turns.slice(1)).toEqual([
      'assistant: Once upon',
      'user: Continue exactly where you stopped, without repeating anything.',
    ])
  })

  test('what the model repeats is dropped', async () => {
    const { chat } = chatWith(on, ableWire, cut('The quick brown fox'), over('brown fox jumps.'))
    expect((await chat(talk)).answer.text).toBe('The quick brown fox jumps.')
  })

  test('gives up after so many rounds, with all that was said', async () => {
    const { chat, calls } = chatWith(
      { ...on, maxRounds: 2 },
      ableWire,
      cut('a '),
      cut('b '),
      cut('c '),
    )
    const error = await failureOf(chat(talk))
    expect(TruncatedAnswerError.is(error)).toBe(true)
    expect(error).toMatchObject({ output: 'a b c ', fault: { retryable: false } })
    expect(calls).toHaveLength(3)
  })

  test('half a tool call is not gone on with', async () => {
    const tools = [{ name: 'f', arguments: '{"a":' }]
    const { chat, calls } = chatWith(on, ableWire, wire({ text: 'So: ', finish: 'length', tools }))
    expect(TruncatedAnswerError.is(await failureOf(chat(talk)))).toBe(true)
    expect(calls).toHaveLength(1)
  })

  test('without a word there is nothing to go on with: the reasoning has eaten the limit', async () => {
    const { chat, calls } = chatWith(on, ableWire, cut(''))
    const error = await failureOf(chat(talk))
    expect(EmptyAnswerError.is(error)).toBe(true)
    expect(error).toMatchObject({ why: 'token-limit', fault: { kind: 'empty' } })
    expect(calls).toHaveLength(1)
  })

  test('R-76 a stop by the filter is not gone on with, wherever it stopped', async () => {
    for (const text of ['Once', '```ts\nconst a = 1']) {
      const { chat, calls } = chatWith(on, ableWire, wire({ text, finish: 'content-filter' }))
      expect(await failureOf(chat(talk))).toMatchObject({ fault: { kind: 'content-filtered' } })
      expect(calls).toHaveLength(1)
    }
  })
})

describe('increase', () => {
  const on = { on: 'increase', maxTokens: 1000 } as const

  test('doubles the limit up to the most that is paid for', async () => {
    const { chat, calls, events } = chatWith(
      on,
      ableWire,
      cut('a'),
      cut('ab'),
      cut('abc'),
      over('abcd.'),
    )
    expect((await chat({ ...talk, maxTokens: 200 })).answer.text).toBe('abcd.')
    expect(calls.map(({ request }) => request.maxTokens)).toEqual([200, 400, 800, 1000])
    expect(named(events, 'truncation:increased')).toMatchObject([
      { maxTokens: 400 },
      { maxTokens: 800 },
      { maxTokens: 1000 },
    ])
  })

  test('asks for the most at once where nobody says what the limit was', async () => {
    const usage = { inputTokens: 0, outputTokens: 0, source: 'none' } as const
    const { chat, calls } = chatWith(
      on,
      ableWire,
      wire({ text: 'a', finish: 'length', usage }),
      over('ab.'),
    )
    await chat(talk)
    expect(calls[1]?.request.maxTokens).toBe(1000)
  })

  test('the report shows what was cut and thrown away as failed', async () => {
    const { chat } = chatWith(on, ableWire, cut('a'), over('ab.'))
    const { report } = await chat.withReport(talk)
    expect((await report).attempts).toMatchObject([
      { outcome: 'failed', fault: { kind: 'truncated' } },
      { outcome: 'succeeded' },
    ])
  })

  test('also when the reasoning has eaten the limit', async () => {
    const { chat } = chatWith(on, ableWire, cut(''), over('Done.'))
    expect((await chat(talk)).answer.text).toBe('Done.')
  })

  test('a limit that is there already is not asked for again', async () => {
    const { chat, calls } = chatWith(on, ableWire, cut('a'))
    expect(TruncatedAnswerError.is(await failureOf(chat({ ...talk, maxTokens: 1000 })))).toBe(true)
    expect(calls).toHaveLength(1)
  })

  test('needs to be told the most', () => {
    expect(() => notTruncated({ on: 'increase' })).toThrow(/increase needs maxTokens/)
  })
})

describe('accept', () => {
  test('hands on the answer, marked', async () => {
    let marked: unknown
    const outside: Policy<Talk, Wire> = async (ctx, next) => {
      const answer = await next()
      marked = ctx.get(truncation)
      return answer
    }
    const half = cut('Once upon')
    const chat = pipeline(script<Talk, Wire>(half), [outside, notTruncated({ on: 'accept' })], {
      dialect: ableWire,
    })
    const events = recordEvents(chat)
    expect(await chat(talk)).toBe(half)
    expect(marked).toEqual({ by: 'finish-reason', confidence: 1 })
    expect(named(events, 'truncation:accepted')).toHaveLength(1)
  })

  test('does not accept what is no half answer', async () => {
    for (const finish of ['error', 'context-window', 'content-filter'] as const) {
      const { chat } = chatWith({ on: 'accept' }, ableWire, wire({ text: 'Once', finish }))
      expect(await failureOf(chat(talk))).toBeInstanceOf(Error)
    }
    const { chat } = chatWith({ on: 'accept' }, ableWire, cut(' '))
    expect(EmptyAnswerError.is(await failureOf(chat(talk)))).toBe(true)
  })
})

test('a shape that is surely cut overrules a finish reason that says all is well', async () => {
  const text = '```ts\nconst a = 1'
  const { chat } = chatWith({}, ableWire, over(text))
  expect(await failureOf(chat(talk))).toMatchObject({ message: 'The answer was cut (open-fence)' })
  const trusting = chatWith({ minConfidence: 1 }, ableWire, over(text))
  expect((await trusting.chat(talk)).answer.text).toBe(text)
})

test('says the most requests that it may make', () => {
  const { chat } = chatWith({ on: 'continue', maxRounds: 2 }, ableWire, over('x'))
  expect(chat.describe()).toMatchObject({ maxRequests: 3 })
})

test.each([
  [{ on: 'retry' }, /notTruncated: on must be/],
  [{ maxRounds: 0 }, /notTruncated: maxRounds must be/],
  [{ minConfidence: 2 }, /notTruncated: minConfidence must be/],
])('%o is refused', (options, message) => {
  expect(() => notTruncated(options as never)).toThrow(message)
})
