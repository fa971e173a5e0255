import { pipeline } from '@holdfast/core'
import type { Answer } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { evenNumber } from '../test/even-number.ts'
import { failureOf, fakeDialect, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import {
  ContentFilteredError,
  EmptyAnswerError,
  InvalidOutputError,
  json,
  RefusedError,
  TruncatedAnswerError,
} from './index.ts'
import type { Schema } from './index.ts'

const Invoice = z.object({ total: z.number() })

const through = (answer: Partial<Answer>, schema: Schema = Invoice): Promise<Wire> =>
  pipeline(script<string, Wire>(wire(answer)), [json(schema)], { dialect: fakeDialect })('hi')

test('the very response passes when its JSON fits the schema', async () => {
  const response = wire({ text: 'Sure:\n```json\n{"total":3}\n```' })
  const chat = pipeline(script<string, Wire>(response), [json(Invoice)], { dialect: fakeDialect })
  expect(await chat('hi')).toBe(response)
})

test('R-71 what does not fit is an InvalidOutputError that shows its text only as a property', async () => {
  const text = '{"total":"secret"}'
  const error = (await failureOf(through({ text }))) as InvalidOutputError
  expect(InvalidOutputError.is(error)).toBe(true)
  expect(error).toMatchObject({
    code: 'HOLDFAST_INVALID_OUTPUT',
    output: text,
    fault: { kind: 'invalid-output', retryable: true },
  })
  expect(error.issues).toMatchObject([{ path: ['total'] }])
  expect(`${error.stack} ${JSON.stringify(error)} ${error.userMessage}`).not.toContain('secret')
  expect(Object.keys(error)).not.toContain('output')
})

test("R-71 text that is no JSON is invalid output; the parser's message, which quotes it, is not kept", async () => {
  const error = (await failureOf(through({ text: 'secret {' }))) as InvalidOutputError
  expect(InvalidOutputError.is(error)).toBe(true)
  expect(error.cause).toBeUndefined()
  expect(error.message).not.toContain('secret')
  expect(error.issues).toEqual([{ message: 'no JSON' }])
  expect(error.output).toBe('secret {')
})

describe('the first cause wins', () => {
  test('R-71 a cut answer is truncated, not invalid, even if a piece of it fits', async () => {
    for (const text of ['{"total":', '{"total":3}'])
      expect(TruncatedAnswerError.is(await failureOf(through({ text, finish: 'length' })))).toBe(
        true,
      )
  })
  test('R-75 a refusal is a refusal', async () => {
    expect(RefusedError.is(await failureOf(through({ text: 'No.', finish: 'refusal' })))).toBe(true)
    expect(RefusedError.is(await failureOf(through({ refusal: 'No.' })))).toBe(true)
  })
  test('R-76 a stop by the filter is a stop by the filter', async () => {
    const error = await failureOf(through({ text: '{"total":', finish: 'content-filter' }))
    expect(ContentFilteredError.is(error)).toBe(true)
  })
  test('R-73 an empty answer is empty', async () => {
    expect(EmptyAnswerError.is(await failureOf(through({ text: '' })))).toBe(true)
  })
  test('a tool call where a value was asked for is invalid output', async () => {
    const tools = [{ name: 'f', arguments: '{"total":3}' }]
    expect(InvalidOutputError.is(await failureOf(through({ finish: 'tool-calls', tools })))).toBe(
      true,
    )
  })
})

test('takes any Standard Schema, one that is a function too', async () => {
  expect(await through({ text: '4' }, evenNumber)).toEqual(wire({ text: '4' }))
  const error = (await failureOf(through({ text: '5' }, evenNumber))) as InvalidOutputError
  expect(error.issues).toEqual([{ message: 'odd' }])
})

test('waits for an asynchronous schema', async () => {
  const known = Invoice.refine(({ total }) => Promise.resolve(total === 3))
  expect(await through({ text: '{"total":3}' }, known)).toEqual(wire({ text: '{"total":3}' }))
  const error = await failureOf(through({ text: '{"total":4}' }, known))
  expect(InvalidOutputError.is(error)).toBe(true)
})

test('a schema that throws is not called bad output', async () => {
  const broken = Invoice.transform(() => {
    throw new RangeError('bug')
  })
  expect(await failureOf(through({ text: '{"total":3}' }, broken))).toBeInstanceOf(RangeError)
})

test.each([Number.NaN, -1, '5', null, undefined, {}, { '~standard': {} }])(
  'schema must be a Standard Schema, not %o',
  (schema) => {
    expect(() => json(schema as never)).toThrow(/^json: schema must be a Standard Schema .*got /)
  },
)
