import { pipeline } from '@holdfast/core'
import type { CallRecord, Policy } from '@holdfast/core'
import { script } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { failureOf } from '../test/fake-dialect.ts'
import { allOf, anyOf, check, InvalidOutputError } from './index.ts'
import type { Check } from './index.ts'

const through = (fn: Check<string, string>): Promise<string> =>
  pipeline(script<string>('an answer'), [check(fn)])('a request')

test.each([[true], [undefined], [[]]])('%o is fine, sooner or later', async (verdict) => {
  expect(await through(() => verdict)).toBe('an answer')
  expect(await through(() => Promise.resolve(verdict))).toBe('an answer')
})

test.each([
  [false, 'The answer failed a check', [{ message: 'The answer failed a check' }]],
  ['', 'The answer failed a check', [{ message: 'The answer failed a check' }]],
  ['too short', 'The answer failed a check: too short', [{ message: 'too short' }]],
  [
    [{ message: 'a' }, { message: 'b', path: ['x'] }],
    'The answer failed a check',
    [{ message: 'a' }, { message: 'b', path: ['x'] }],
  ],
])('%o is bad, sooner or later', async (verdict, message, issues) => {
  for (const fn of [() => verdict, () => Promise.resolve(verdict)]) {
    const error = await failureOf(through(fn))
    expect(InvalidOutputError.is(error)).toBe(true)
    expect(error).toMatchObject({
      message,
      issues,
      output: 'an answer',
      fault: { kind: 'invalid-output' },
    })
  }
})

test('is told the answer, the context and the response', async () => {
  let told: unknown
  await through((answer, ctx, response) => {
    told = [answer.text, ctx.request, response]
  })
  expect(told).toEqual(['an answer', 'a request', 'an answer'])
})

test('what the function throws reaches the caller as it is, and the record shows the attempt as failed', async () => {
  const bug = new TypeError('bug')
  const fn = (): never => {
    throw bug
  }
  for (const failing of [fn, () => Promise.reject(bug)]) {
    let call: CallRecord | undefined
    const watch: Policy<string, string> = (ctx, next) => {
      call = ctx.call
      return next()
    }
    const chat = pipeline(script<string>('an answer'), [watch, check(failing)])
    expect(await failureOf(chat('a request'))).toBe(bug)
    expect(call?.attempts).toMatchObject([{ outcome: 'failed', fault: { kind: 'unknown' } }])
  }
})

test.each([undefined, null, '5', {}, Number.NaN])('fn must be a function, not %o', (fn) => {
  expect(() => check(fn as never)).toThrow(/check: fn must be a function, got /)
})

describe('combined checks', () => {
  const isShort: Check<string, string> = ({ text }) => text.length < 9 || 'too long'
  const citesLaw: Check<string, string> = ({ text }) =>
    Promise.resolve(text.includes('§') || 'cites no law')
  const issuesOf = async (fn: Check<string, string>): Promise<unknown> =>
    ((await failureOf(through(fn))) as InvalidOutputError).issues

  test('allOf: the first that is not fine says why', async () => {
    expect(await issuesOf(allOf(() => true, citesLaw, isShort))).toEqual([
      { message: 'cites no law' },
    ])
    expect(
      await through(
        allOf(
          () => true,
          () => [],
        ),
      ),
    ).toBe('an answer')
  })
  test('anyOf: one is enough, else the last says why', async () => {
    expect(await issuesOf(anyOf(isShort, citesLaw))).toEqual([{ message: 'cites no law' }])
    expect(await through(anyOf(isShort, () => undefined))).toBe('an answer')
  })
})
