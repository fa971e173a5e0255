import { pipeline } from '@holdfast/core'
import type { Answer } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { failureOf, fakeDialect, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import {
  ContentFilteredError,
  notRefused,
  notTruncated,
  RefusedError,
  TruncatedAnswerError,
} from './index.ts'

const through = (
  policy: ReturnType<typeof notRefused> | ReturnType<typeof notTruncated>,
  answer: Partial<Answer>,
): Promise<Wire> =>
  pipeline(script<string, Wire>(wire(answer)), [policy as ReturnType<typeof notRefused>], {
    dialect: fakeDialect,
  })('hi')

describe('notTruncated', () => {
  test.each([
    ['length', 'truncated', true],
    ['context-window', 'context-window', false],
    ['error', 'incomplete', true],
  ] as const)(
    'R-71 a stop by %s is a TruncatedAnswerError of fault %s',
    async (finish, kind, retryable) => {
      const error = await failureOf(through(notTruncated(), { text: 'Once upon', finish }))
      expect(TruncatedAnswerError.is(error)).toBe(true)
      expect(error).toMatchObject({
        code: 'HOLDFAST_TRUNCATED_ANSWER',
        output: 'Once upon',
        fault: { kind, retryable },
      })
      expect((error as Error).message).not.toContain('Once')
    },
  )

  test("R-76 a stop by the provider's filter is its own fault, not retried", async () => {
    const error = await failureOf(through(notTruncated(), { text: 'On', finish: 'content-filter' }))
    expect(ContentFilteredError.is(error)).toBe(true)
    expect(error).toMatchObject({ fault: { kind: 'content-filtered', retryable: false } })
  })

  test.each(['stop', 'tool-calls', 'pause', 'unknown', 'refusal'] as const)(
    'lets %s pass',
    async (finish) => {
      expect(await through(notTruncated(), { text: 'x', finish })).toEqual(
        wire({ text: 'x', finish }),
      )
    },
  )
})

describe('notRefused', () => {
  test('R-75 a refusal is a fault of its own, with the category or words of the wire', async () => {
    const error = await failureOf(through(notRefused(), { finish: 'refusal', refusal: 'cyber' }))
    expect(RefusedError.is(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'HOLDFAST_REFUSED',
      refusal: 'cyber',
      fault: { kind: 'refused' },
    })
    expect((error as Error).message).not.toContain('cyber')
  })

  test('R-75 a refusal beside a text, or without words, is one too', async () => {
    expect(
      RefusedError.is(await failureOf(through(notRefused(), { text: 'x', refusal: 'No.' }))),
    ).toBe(true)
    const silent = await failureOf(through(notRefused(), { finish: 'refusal' }))
    expect(RefusedError.is(silent)).toBe(true)
    expect(silent).toMatchObject({ refusal: undefined })
  })

  test('R-76 neither a refusal nor a filter stop may look retryable', async () => {
    for (const finish of ['refusal', 'content-filter'] as const)
      expect(await failureOf(through(notRefused(), { finish }))).toMatchObject({
        fault: { retryable: false, scope: 'request' },
      })
  })

  test('R-75 what the words say counts where the wire says nothing, unless another judge is given', async () => {
    const text = "I'm sorry, but I can't help with that."
    expect(RefusedError.is(await failureOf(through(notRefused(), { text })))).toBe(true)
    expect(await through(notRefused({ detect: () => false }), { text })).toEqual(wire({ text }))
  })

  test('a soft refusal, which may be an answer to somebody, passes', async () => {
    const text =
      "It's not appropriate to talk like that. It is important to treat everyone with dignity and respect. Instead, I would encourage you to seek help from a trusted friend."
    expect(await through(notRefused(), { text })).toEqual(wire({ text }))
  })
})
