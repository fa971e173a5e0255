import { pipeline } from '@holdfast/core'
import type { Policy } from '@holdfast/core'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { script, testClock } from '@holdfast/testing'
import {
  check,
  ContentFilteredError,
  EmptyAnswerError,
  InvalidOutputError,
  json,
  notEmpty,
  notRefused,
  notTruncated,
  RefusedError,
  structured,
  TruncatedAnswerError,
} from '@holdfast/validators'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

interface Ending {
  readonly text?: string
  readonly stop: string
  readonly refusal?: string
}

// Bodies as the three providers send them.
const chat = ({ text, stop, refusal }: Ending): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-2024-08-06',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: text ?? null, refusal: refusal ?? null },
      finish_reason: stop,
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
})
const responses = ({ text, stop, refusal }: Ending): object => ({
  id: 'resp_1',
  object: 'response',
  status: stop === 'completed' ? 'completed' : 'incomplete',
  incomplete_details: stop === 'completed' ? null : { reason: stop },
  model: 'gpt-5',
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
    ...(text === undefined && refusal === undefined
      ? []
      : [
          {
            type: 'message',
            role: 'assistant',
            content: [
              refusal === undefined ? { type: 'output_text', text } : { type: 'refusal', refusal },
            ],
          },
        ]),
  ],
  usage: { input_tokens: 9, output_tokens: 1, total_tokens: 10 },
})
const messages = ({ text, stop }: Ending): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    ...(text === undefined ? [] : [{ type: 'text', text }]),
  ],
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 1 },
})

const Invoice = z.object({ total: z.number() })
const fenced = 'Here is the invoice:\n```json\n{"total": 3}\n```'

const WIRES = [
  {
    name: 'OpenAI Chat Completions',
    good: chat({ text: fenced, stop: 'stop' }),
    wrong: chat({ text: '{"total":"3"}', stop: 'stop' }),
    empty: chat({ text: '', stop: 'stop' }),
    cut: chat({ text: '{"total":', stop: 'length' }),
    refused: chat({ refusal: 'I cannot help with that.', stop: 'stop' }),
  },
  {
    name: 'OpenAI Responses',
    good: responses({ text: fenced, stop: 'completed' }),
    wrong: responses({ text: '{"total":"3"}', stop: 'completed' }),
    empty: responses({ stop: 'completed' }),
    cut: responses({ text: '{"total":', stop: 'max_output_tokens' }),
    refused: responses({ refusal: 'I cannot help with that.', stop: 'completed' }),
  },
  {
    name: 'Anthropic Messages',
    good: messages({ text: fenced, stop: 'end_turn' }),
    wrong: messages({ text: '{"total":"3"}', stop: 'end_turn' }),
    empty: messages({ stop: 'end_turn' }),
    cut: messages({ text: '{"total":', stop: 'max_tokens' }),
    refused: messages({ stop: 'refusal' }),
  },
] as const

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe.each(WIRES)('$name, as it is on the wire', ({ good, wrong, empty, cut, refused }) => {
  const ask = (response: object): Promise<{ total: number }> =>
    structured(
      pipeline(script<string, object>(response), [json(Invoice)], { dialect: auto }),
      Invoice,
    )('How much?')

  test('a good answer comes to its typed value, through all validators', async () => {
    const handler = pipeline(
      script<string, object>(good),
      [
        notRefused(),
        notTruncated(),
        notEmpty(),
        json(Invoice),
        check(({ text }) => text.includes('total')),
      ],
      { dialect: auto },
    )
    expect(await structured(handler, Invoice)('How much?')).toEqual({ total: 3 })
  })

  test('a value of another type is invalid output', async () => {
    expect(InvalidOutputError.is(await failureOf(ask(wrong)))).toBe(true)
  })

  test('R-73 thinking alone is an empty answer', async () => {
    expect(EmptyAnswerError.is(await failureOf(ask(empty)))).toBe(true)
  })

  test('R-71 a cut answer is truncated, not invalid', async () => {
    expect(TruncatedAnswerError.is(await failureOf(ask(cut)))).toBe(true)
  })

  test('R-75 a refusal is a refusal', async () => {
    expect(RefusedError.is(await failureOf(ask(refused)))).toBe(true)
  })

  test('retry asks again after a bad answer, and not after a refusal', async () => {
    const clock = testClock()
    const provider = script<string, object>(empty, wrong, good)
    const handler = pipeline(provider, [retry(), json(Invoice)], { dialect: auto, clock })
    const value = structured(handler, Invoice)('How much?')
    await clock.advance(60_000)
    expect(await value).toEqual({ total: 3 })
    expect(provider.calls).toHaveLength(3)

    const declined = script<string, object>(refused, good)
    const once = pipeline(declined, [retry(), json(Invoice)], { dialect: auto, clock })
    expect(RefusedError.is(await failureOf(once('How much?')))).toBe(true)
    expect(declined.calls).toHaveLength(1)
  })
})

// Anthropic has no such stop.
test.each([
  ['OpenAI Chat Completions', chat({ stop: 'content_filter' })],
  ['OpenAI Responses', responses({ stop: 'content_filter' })],
])('R-76 a stop by the filter of %s is not taken for anything else', async (_, filtered) => {
  for (const policy of [notEmpty(), notTruncated(), notRefused(), json(Invoice)] as const) {
    const handler = pipeline(script<string, object>(filtered), [policy as Policy<string, object>], {
      dialect: auto,
    })
    expect(ContentFilteredError.is(await failureOf(handler('How much?')))).toBe(true)
  }
})

test('the page of a captive portal is an empty answer, not a value', async () => {
  const page = '<!doctype html><html><body>{"total": 3}</body></html>'
  const handler = pipeline(script<string>(page), [json(Invoice)], { dialect: auto })
  expect(EmptyAnswerError.is(await failureOf(handler('How much?')))).toBe(true)
})
