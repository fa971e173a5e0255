import { pipeline } from '@holdfast/core'
import type { AnswerStream, Break, Policy } from '@holdfast/core'
import { streaming, StreamInterruptedError } from '@holdfast/core/stream'
import { recordEvents } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { failureOf } from '../test/fake-dialect.ts'
import { ableWire, pieces, talk } from '../test/talk.ts'
import type { Chunk, Talk } from '../test/talk.ts'
import {
  allOf,
  check,
  EmptyAnswerError,
  InvalidOutputError,
  json,
  notEmpty,
  notRefused,
  notTruncated,
  RefusedError,
  structured,
  TruncatedAnswerError,
} from './index.ts'

type Validator = Policy<Talk, AnswerStream<Chunk>>

const chatWith = (policies: readonly Validator[], ...streams: readonly (readonly Chunk[])[]) => {
  const calls: Talk[] = []
  const provider = streaming((request: Talk) => {
    calls.push(request)
    return pieces(...(streams[calls.length - 1] ?? []))
  })
  const chat = pipeline(provider, policies, { dialect: ableWire })
  return { chat, calls, events: recordEvents(chat) }
}
/** What the consumer sees before it ends or fails. */
const consumed = async (stream: AnswerStream<Chunk>): Promise<{ text: string; error: unknown }> => {
  let text = ''
  try {
    for await (const chunk of stream) text += chunk.text ?? ''
    return { text, error: undefined }
  } catch (error) {
    return { text, error }
  }
}

describe('json holds a stream back to its end', () => {
  const Invoice = z.object({ total: z.number() })
  const good: readonly Chunk[] = [{ text: '{"tot' }, { text: 'al":3}' }, { finish: 'stop' }]
  const bad: readonly Chunk[] = [{ text: '{"total":' }, { text: '"three"}' }, { finish: 'stop' }]

  test('a good one is then handed out, chunk by chunk', async () => {
    const { chat } = chatWith([json(Invoice)], good)
    expect(await consumed(await chat(talk))).toEqual({ text: '{"total":3}', error: undefined })
  })

  test('a bad one is an error before its first word, and can be asked for again', async () => {
    const { chat, calls } = chatWith([json(Invoice, { reask: 1 })], bad, good)
    const { response, report } = await chat.withReport(talk)
    expect((await consumed(response)).text).toBe('{"total":3}')
    expect(calls).toHaveLength(2)
    expect((await report).attempts).toMatchObject([
      { outcome: 'failed', fault: { kind: 'invalid-output' } },
      { outcome: 'succeeded' },
    ])
  })

  test('an asynchronous schema is waited for', async () => {
    const later = Invoice.refine(({ total }) => Promise.resolve(total > 3))
    const { chat } = chatWith([json(later)], good)
    expect(InvalidOutputError.is(await failureOf(chat(talk)))).toBe(true)
  })

  test('one that breaks rejects, so that it can be tried again', async () => {
    const { chat } = chatWith([json(Invoice)], [{ text: '{"tot' }])
    const error = await failureOf(chat(talk))
    expect(StreamInterruptedError.is(error)).toBe(true)
    expect(error).toMatchObject({ fault: { kind: 'incomplete', retryable: true } })
  })

  test('unless it is told not to: then its end is judged, and fails there', async () => {
    const eager = json(Invoice, { buffer: false })
    const { chat } = chatWith([eager], bad)
    const { text, error } = await consumed(await chat(talk))
    expect(text).toBe('{"total":"three"}')
    expect(InvalidOutputError.is(error)).toBe(true)
    const fine = chatWith([eager], good)
    expect(await consumed(await fine.chat(talk))).toEqual({
      text: '{"total":3}',
      error: undefined,
    })
  })

  test('its value is there for structured', async () => {
    const { chat } = chatWith([json(Invoice)], good)
    expect(await structured(chat, Invoice)(talk)).toEqual({ total: 3 })
  })
})

describe('notRefused holds back the first words', () => {
  test('who declines at once is an error before the first word', async () => {
    const { chat } = chatWith(
      [notRefused()],
      [{ text: "I'm sorry, but " }, { text: "I can't help with that." }, { finish: 'stop' }],
    )
    expect(RefusedError.is(await failureOf(chat(talk)))).toBe(true)
  })

  test('who declines at length is, too, and upstream is let go', async () => {
    const text = "I'm sorry, but I can't help with that. ".repeat(3)
    const { chat } = chatWith([notRefused()], [{ text }, { text }, { text }, { text }, { text }])
    const { response, report } = await chat
      .withReport(talk)
      .then((it) => it)
      .catch((error: unknown) => ({ response: error, report: undefined }))
    expect(report).toBeUndefined()
    expect(RefusedError.is(response)).toBe(true)
  })

  test('the rest of an answer flows on, whatever it says', async () => {
    const answer =
      'The oven is heated first, then the dough is mixed, and it rests for an hour in a bowl. '.repeat(
        2,
      )
    const sorry = "I'm sorry, but I can't help with that."
    const { chat } = chatWith(
      [notRefused()],
      [{ text: answer }, { text: sorry }, { finish: 'stop' }],
    )
    expect(await consumed(await chat(talk))).toEqual({ text: answer + sorry, error: undefined })
  })

  test('R-75 a refusal that the wire tells at the end fails the stream there', async () => {
    const long = 'The oven is heated first. '.repeat(10)
    const { chat } = chatWith(
      [notRefused()],
      [{ text: long }, { finish: 'refusal', refusal: 'cyber' }],
    )
    const { text, error } = await consumed(await chat(talk))
    expect(text).toBe(long)
    expect(RefusedError.is(error)).toBe(true)
  })
})

describe('notEmpty holds back thoughts', () => {
  test('R-73 a stream that only thinks is an error that can be tried again', async () => {
    const { chat } = chatWith([notEmpty()], [{ reasoning: 'hm' }, { finish: 'stop' }])
    expect(EmptyAnswerError.is(await failureOf(chat(talk)))).toBe(true)
  })

  test('the thoughts of one that then speaks are handed out with its first word', async () => {
    const chunks = [{ reasoning: 'hm' }, { text: 'Hi' }, { text: '!' }, { finish: 'stop' }] as const
    const { chat } = chatWith([notEmpty()], chunks)
    const seen: Chunk[] = []
    for await (const chunk of await chat(talk)) seen.push(chunk)
    expect(seen).toEqual(chunks)
  })
})

test('R-71 a cut stream fails at its end, with the typed error', async () => {
  const { chat } = chatWith(
    [notTruncated({ on: 'continue' })],
    [{ text: 'Once' }, { finish: 'length' }],
  )
  const { text, error } = await consumed(await chat(talk))
  expect(text).toBe('Once')
  expect(TruncatedAnswerError.is(error)).toBe(true)
})

test('floor 3 is asked what follows a cut stream, as after any break that may be tried again', async () => {
  for (const on of ['fail', 'continue', 'increase'] as const) {
    let broken: Break | undefined
    const resuming: Validator = async (_, next) => {
      const response = await next()
      response.recoverWith((it) => {
        broken = it
        return Promise.resolve(undefined)
      })
      return response
    }
    const { chat } = chatWith(
      [resuming, notTruncated({ on, maxTokens: 100 })],
      [{ text: 'Once' }, { finish: 'length' }],
    )
    await consumed(await chat(talk))
    expect(TruncatedAnswerError.is(broken?.error)).toBe(true)
    expect(broken).toMatchObject({
      error: { fault: { retryable: true } },
      seen: { text: 'Once', finish: 'length' },
    })
  }
})

test('a cut stream may be accepted, with a mark', async () => {
  const { chat, events } = chatWith(
    [notTruncated({ on: 'accept' })],
    [{ text: 'Once' }, { finish: 'length' }],
  )
  expect(await consumed(await chat(talk))).toEqual({ text: 'Once', error: undefined })
  expect(events.map(({ type }) => type)).toContain('truncation:accepted')
})

describe('check', () => {
  const chunks: readonly Chunk[] = [{ text: 'far too ' }, { text: 'long' }, { finish: 'stop' }]
  const isShort = ({ text }: { text: string }): boolean | string => text.length < 9 || 'too long'
  const later = (answer: { text: string }): Promise<boolean | string> =>
    Promise.resolve(isShort(answer))

  test('judges a stream at its end, with several as with one', async () => {
    for (const fn of [isShort, allOf<Talk, AnswerStream<Chunk>>(() => true, isShort)]) {
      const { chat } = chatWith([check<Talk, AnswerStream<Chunk>>(fn)], chunks)
      const { text, error } = await consumed(await chat(talk))
      expect(text).toBe('far too long')
      expect(InvalidOutputError.is(error)).toBe(true)
    }
  })

  test('with buffer: true before its first word, and may take its time', async () => {
    for (const fn of [isShort, later]) {
      const { chat } = chatWith([check<Talk, AnswerStream<Chunk>>(fn, { buffer: true })], chunks)
      expect(InvalidOutputError.is(await failureOf(chat(talk)))).toBe(true)
    }
  })

  test('says what to do about a promise that nobody can wait for', async () => {
    const { chat } = chatWith([check(later)], chunks)
    const { error } = await consumed(await chat(talk))
    expect((error as Error).message).toMatch(/buffer: true/)
  })
})
