import { pipeline } from '@holdfast/core'
import type { Handler } from '@holdfast/core'
import { fail, httpError, recordEvents, script, testClock } from '@holdfast/testing'
import type { ScriptedProvider } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { failureOf, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import { ableWire, plainWire, talk } from '../test/talk.ts'
import type { Talk } from '../test/talk.ts'
import { InvalidOutputError, json, structured, TruncatedAnswerError } from './index.ts'

const Invoice = z.object({ total: z.number() })
/** The requests that a scripted provider was sent. */
const sent = ({ calls }: Pick<ScriptedProvider<Talk, Wire>, 'calls'>): readonly Talk[] =>
  calls.map(({ request }) => request)

const good = wire({ text: '{"total":3}' })
const bad = wire({ text: '{"total":"three"}' })

describe('a re-ask', () => {
  test('R-72 shows the same target what it wrote and what is wrong with it, and its answer serves', async () => {
    const provider = script<Talk, Wire>(bad, good)
    const chat = pipeline(provider, [json(Invoice, { reask: 1 })], { dialect: plainWire })
    const events = recordEvents(chat)
    const { response, report } = await chat.withReport(talk)
    expect(response).toBe(good)
    const [, again] = sent(provider)
    expect(again?.turns).toHaveLength(3)
    expect(again?.turns[1]).toBe('assistant: {"total":"three"}')
    expect(again?.turns[2]).toMatch(/^user: [^]*- total: .*number/)
    // Both rounds are paid for, and in the report.
    expect(await report).toMatchObject({
      attempts: [
        { outcome: 'failed', fault: { kind: 'invalid-output' } },
        { outcome: 'succeeded' },
      ],
      totalUsage: { inputTokens: 6, outputTokens: 10 },
    })
    expect(events.filter(({ type }) => type === 'json:reasked')).toMatchObject([
      { round: 1, error: { output: '{"total":"three"}' } },
    ])
  })

  test('the typed value is that of the last round', async () => {
    const chat = pipeline(script<Talk, Wire>(bad, good), [json(Invoice, { reask: 1 })], {
      dialect: plainWire,
    })
    expect(await structured(chat, Invoice)(talk)).toEqual({ total: 3 })
  })

  test('is asked as often as it says, and then the error of the last round is thrown', async () => {
    const provider = script<Talk, Wire>(bad, wire({ text: 'none' }), bad)
    const chat = pipeline(provider, [json(Invoice, { reask: 2 })], { dialect: plainWire })
    const error = await failureOf(chat(talk))
    expect(InvalidOutputError.is(error)).toBe(true)
    // Who retries is to leave this target alone, and to go on with the next.
    expect(error).toMatchObject({ fault: { kind: 'invalid-output', retryable: false } })
    expect(provider.calls).toHaveLength(3)
    expect(sent(provider)[2]?.turns).toHaveLength(5)
  })

  test('is no use after a cut answer, which is not the fault of the JSON (R-71)', async () => {
    const provider = script<Talk, Wire>(wire({ text: '{"total":', finish: 'length' }), good)
    const chat = pipeline(provider, [json(Invoice, { reask: 1 })], { dialect: plainWire })
    expect(TruncatedAnswerError.is(await failureOf(chat(talk)))).toBe(true)
    expect(provider.calls).toHaveLength(1)
  })

  test('is not begun when a round as long as the last one would not fit the deadline', async () => {
    const clock = testClock()
    const slow = async (): Promise<Wire> => {
      await new Promise<void>((resolve) => void clock.after(600, resolve))
      return bad
    }
    const provider = script<Talk, Wire>(slow, slow)
    const chat = pipeline(provider, [json(Invoice, { reask: 1 })], { dialect: plainWire, clock })
    const failure = failureOf(chat(talk, { deadline: 1000 }))
    await clock.advance(600)
    expect(InvalidOutputError.is(await failure)).toBe(true)
    expect(provider.calls).toHaveLength(1)
  })

  test('follows an error by which the provider itself rejects the JSON, with what was generated', async () => {
    const rejected = httpError(400, {
      body: {
        error: {
          message: 'Failed to generate JSON.',
          type: 'invalid_request_error',
          code: 'json_validate_failed',
          failed_generation: '{"total": three}',
        },
      },
    })
    const provider = script<Talk, Wire>(fail(rejected), good)
    const chat = pipeline(provider, [json(Invoice, { reask: 1 })], { dialect: plainWire })
    expect(await chat(talk)).toBe(good)
    expect(sent(provider)[1]?.turns.join()).toContain('three')
  })

  test('costs nothing by default, and needs a dialect', async () => {
    for (const [options, dialect] of [
      [{}, plainWire],
      [{ reask: 3 }, undefined],
    ] as const) {
      const provider = script<Talk>('{"total":"three"}')
      const chat: Handler<Talk, string> = pipeline(provider, [json(Invoice, options)], {
        ...(dialect && { dialect: { ...dialect, read: () => ({ ...dialect.read(bad) }) } }),
      })
      expect(InvalidOutputError.is(await failureOf(chat(talk)))).toBe(true)
      expect(provider.calls).toHaveLength(1)
    }
  })

  test('multiplies the worst case', () => {
    const chat = pipeline(script<Talk, Wire>(good), [json(Invoice, { reask: 2 })])
    expect(chat.describe()).toMatchObject({ maxRequests: 3 })
  })
})

describe('native structured output', () => {
  test('is asked for where the wire has it and the schema can be said', async () => {
    const provider = script<Talk, Wire>(good)
    await pipeline(provider, [json(Invoice)], { dialect: ableWire })(talk)
    expect(sent(provider)[0]?.schema).toMatchObject({
      type: 'object',
      properties: { total: { type: 'number' } },
    })
  })

  test("what the model is to write is the schema's input", async () => {
    const provider = script<Talk, Wire>(wire({ text: '{"total":"3"}' }))
    const Read = z.object({ total: z.string().transform(Number) })
    await pipeline(provider, [json(Read)], { dialect: ableWire })(talk)
    expect(sent(provider)[0]?.schema).toMatchObject({
      properties: { total: { type: 'string' } },
    })
  })

  test.each([
    ['switched off', { structured: 'off' }, talk, Invoice],
    ['the request has one', {}, { ...talk, schema: { type: 'string' } }, Invoice],
    ['no JSON Schema says it', {}, talk, z.object({ total: z.number(), at: z.date().optional() })],
  ] as const)('is not asked for when %s', async (_, options, request, schema) => {
    const provider = script<Talk, Wire>(good)
    await pipeline(provider, [json(schema, options)], { dialect: ableWire })(request)
    expect(sent(provider)).toEqual([request])
  })

  test('a target that declines the schema is asked without it, then and from then on', async () => {
    const declined = httpError(400, {
      body: {
        error: {
          message: "Invalid schema for response_format 'chat'",
          type: 'invalid_request_error',
        },
      },
    })
    const provider = script<Talk, Wire>(fail(declined), good, good)
    const chat = pipeline(provider, [json(Invoice)], { dialect: ableWire })
    const events = recordEvents(chat)
    expect(await chat(talk)).toBe(good)
    expect(await chat(talk)).toBe(good)
    expect(sent(provider).map(({ schema }) => schema !== undefined)).toEqual([true, false, false])
    expect(events.filter(({ type }) => type === 'json:schema-declined')).toHaveLength(1)
  })

  test('a request that is wrong without it too does not cost the target its schemas', async () => {
    const wrong = httpError(400, {
      body: { error: { message: "Unknown parameter: 'foo'", type: 'invalid_request_error' } },
    })
    const provider = script<Talk, Wire>(fail(wrong), fail(wrong), good)
    const chat = pipeline(provider, [json(Invoice)], { dialect: ableWire })
    const events = recordEvents(chat)
    expect(await failureOf(chat(talk))).toBe(wrong)
    expect(await chat(talk)).toBe(good)
    expect(sent(provider).map(({ schema }) => schema !== undefined)).toEqual([true, false, true])
    expect(events.filter(({ type }) => type === 'json:schema-declined')).toEqual([])
  })
})

test("repair: 'off' takes JSON as it stands alone", async () => {
  const broken = wire({ text: 'Sure: {"total":3,}' })
  const through = (repair: 'safe' | 'off', answer: Wire): Promise<Wire> =>
    pipeline(script<Talk, Wire>(answer), [json(Invoice, { repair })], { dialect: plainWire })(talk)
  expect(await through('safe', broken)).toBe(broken)
  expect(await failureOf(through('off', broken))).toMatchObject({
    issues: [{ message: 'the JSON is broken' }],
  })
  const fine = wire({ text: 'Sure: {"total":3}' })
  expect(await through('off', fine)).toBe(fine)
})

test('R-71 a document that was cut is truncated, whatever the wire says', async () => {
  const chat = pipeline(script<Talk, Wire>(wire({ text: '{"total":3,"it' })), [json(Invoice)], {
    dialect: plainWire,
  })
  expect(TruncatedAnswerError.is(await failureOf(chat(talk)))).toBe(true)
})

test.each([
  [{ reask: -1 }, /json: reask must be/],
  [{ reask: Number.NaN }, /json: reask must be/],
  [{ repair: 'all' }, /json: repair must be/],
  [{ structured: 'on' }, /json: structured must be/],
  [{ reasks: 1 }, /json: unknown option 'reasks'/],
])('%o is refused', (options, message) => {
  expect(() => json(Invoice, options as never)).toThrow(message)
})
