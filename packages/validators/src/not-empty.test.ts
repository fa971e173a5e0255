import { pipeline } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { failureOf, fakeDialect, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import { EmptyAnswerError, notEmpty, RefusedError } from './index.ts'
import type { NotEmptyOptions } from './index.ts'

const through = (answer: Wire, options?: NotEmptyOptions): Promise<Wire> =>
  pipeline(script<string, Wire>(answer), [notEmpty(options)], { dialect: fakeDialect })('hi')

test('R-73 an answer without text and tool call is an EmptyAnswerError', async () => {
  const error = await failureOf(through(wire({ text: '' })))
  expect(EmptyAnswerError.is(error)).toBe(true)
  expect(error).toMatchObject({
    name: 'EmptyAnswerError',
    code: 'HOLDFAST_EMPTY_ANSWER',
    fault: { kind: 'empty', retryable: true, scope: 'model' },
  })
})

test('R-73 blanks are empty, and so is thinking alone', async () => {
  expect(EmptyAnswerError.is(await failureOf(through(wire({ text: ' \n\t' }))))).toBe(true)
  const thinking = wire({
    usage: { inputTokens: 9, outputTokens: 100, reasoningTokens: 100, source: 'reported' },
  })
  expect(EmptyAnswerError.is(await failureOf(through(thinking)))).toBe(true)
})

test('R-73 a text is something, and so is a tool call', async () => {
  const text = wire({ text: ' x ' })
  expect(await through(text)).toBe(text)
  const call = wire({ finish: 'tool-calls', tools: [{ name: 'f', arguments: '{}' }] })
  expect(await through(call)).toBe(call)
})

test('R-74 an empty answer passes where it is legitimate', async () => {
  const empty = wire({ text: '' })
  const afterTools = (request: string): boolean => request === 'after tools'
  const chat = pipeline(
    script<string, Wire>(empty),
    [notEmpty({ allow: (_, ctx) => afterTools(ctx.request) })],
    { dialect: fakeDialect },
  )
  expect(await chat('after tools')).toBe(empty)
  expect(EmptyAnswerError.is(await failureOf(chat('hi')))).toBe(true)
})

test('R-75 an answer that is empty because it was refused or cut fails as that, allowed or not', async () => {
  const allow = { allow: () => true }
  const refused = wire({ finish: 'refusal', refusal: 'No.' })
  expect(RefusedError.is(await failureOf(through(refused, allow)))).toBe(true)
  // Reasoning ate the whole limit: that is no answer that may be empty.
  const eaten = await failureOf(through(wire({ finish: 'length' }), allow))
  expect(eaten).toMatchObject({ code: 'HOLDFAST_EMPTY_ANSWER', why: 'token-limit' })
})

test('R-73 a file is something', async () => {
  const drawing = wire({ files: 1 })
  expect(await through(drawing)).toBe(drawing)
})

test('a cut answer with text is none of its business', async () => {
  const cut = wire({ text: 'Once', finish: 'length' })
  expect(await through(cut)).toBe(cut)
})

test.each([Number.NaN, -1, Infinity, '5', null, {}])(
  'allow must be a function, not %o',
  (allow) => {
    expect(() => notEmpty({ allow } as never)).toThrow(/notEmpty: allow must be a function, got /)
  },
)

test('an unknown option is an error', () => {
  expect(() => notEmpty({ alow: () => true } as never)).toThrow("notEmpty: unknown option 'alow'")
})
