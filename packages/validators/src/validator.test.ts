import { ConfigurationError, pipeline } from '@holdfast/core'
import type { Policy } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { failureOf, fakeDialect, wire } from '../test/fake-dialect.ts'
import type { Wire } from '../test/fake-dialect.ts'
import { check, EmptyAnswerError, json, notEmpty, notRefused, notTruncated } from './index.ts'

const VALIDATORS: readonly (readonly [string, Policy<string, unknown>])[] = [
  ['notEmpty', notEmpty()],
  ['notTruncated', notTruncated()],
  ['notRefused', notRefused()],
  ['json', json(z.unknown())],
  ['check', check(() => true)],
]

const call = (policy: Policy<string, unknown>, response: unknown): Promise<unknown> =>
  pipeline(script<string, unknown>(response), [policy])('hi')

describe.each(VALIDATORS)('%s without a dialect', (name, policy) => {
  test('reads a string and { text } as plain text', async () => {
    expect(await call(policy, '"x"')).toBe('"x"')
    expect(await call(policy, { text: '"x"' })).toEqual({ text: '"x"' })
  })

  test('says what to do about anything else', async () => {
    for (const response of [{ choices: [] }, { text: {} }, 5, [], Response.json({})]) {
      const error = await failureOf(call(policy, response))
      expect(ConfigurationError.is(error)).toBe(true)
      expect((error as Error).message).toMatch(
        new RegExp(`^${name} cannot read this answer: give the pipeline a dialect, e.g. .*auto`),
      )
    }
  })
})

test('R-73 nothing where the text would be is an empty answer', async () => {
  for (const response of [null, undefined, { text: null }])
    expect(EmptyAnswerError.is(await failureOf(call(notEmpty(), response)))).toBe(true)
})

test('a bad answer is an error inside retry, and the report shows its attempt as failed and paid', async () => {
  const again: Policy<string, Wire> = async (_, next) => {
    try {
      return await next({ attempt: 1 })
    } catch {
      return next({ attempt: 2 })
    }
  }
  const good = wire({ text: 'hello' })
  const chat = pipeline(script<string, Wire>(wire({}), good), [again, notEmpty()], {
    dialect: fakeDialect,
  })
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe(good)
  expect(await report).toMatchObject({
    attempts: [{ outcome: 'failed', fault: { kind: 'empty' } }, { outcome: 'succeeded' }],
    totalUsage: { inputTokens: 6, outputTokens: 10 },
  })
})

test('a provider error passes by untouched', async () => {
  const error = new Error('503')
  const chat = pipeline(() => Promise.reject<string>(error), [notEmpty(), json(z.unknown())])
  expect(await failureOf(chat('hi'))).toBe(error)
})

test('the names and floors of the validators are those of the house', () => {
  const chat = pipeline(script<string>('1'), [
    notRefused(),
    notTruncated(),
    notEmpty(),
    json(z.number()),
    check(() => true),
  ])
  expect(chat.describe().policies).toEqual(
    ['notRefused', 'notTruncated', 'notEmpty', 'json', 'check'].map((name) => ({
      name,
      floor: 'validate',
    })),
  )
})
