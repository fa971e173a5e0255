import { expect, it } from 'vitest'

import { answerTo, isRight, keyOf, PROOF, questionOf, validated } from './answer.ts'

it('accepts every wording of the right answer, and no answer to another question', () => {
  for (const variant of ['primary 1', 'primary 2', 'fallback 1']) {
    expect(isRight('r7', answerTo('r7', variant))).toBe(true)
    expect(isRight('r8', answerTo('r7', variant))).toBe(false)
  }
  expect(keyOf(questionOf('r7'))).toBe('r7')
})

it('rejects a cut anywhere, a splice anywhere and a doubled answer', () => {
  const one = answerTo('r7', 'primary 1')
  const two = answerTo('r7', 'primary 2')
  expect(one.length).toBe(one.length)
  for (let at = 0; at < one.length; at++) {
    expect(isRight('r7', one.slice(0, at))).toBe(false)
    const splice = one.slice(0, at) + two.slice(at)
    expect(isRight('r7', splice)).toBe(splice === one || splice === two)
  }
  expect(isRight('r7', one + one)).toBe(false)
})

it('has a schema that sees the shape of an answer but cannot see whether it is right', () => {
  const wrong = JSON.stringify({ id: 'r7', text: 'no', sum: 'no' })
  expect(validated(wrong)).toBe(wrong)
  expect(isRight('r7', wrong)).toBe(false)
  expect(() => validated('{"id":"r7"}')).toThrow('schema')
  expect(() => validated('')).toThrow(SyntaxError)
  expect(PROOF['~standard'].validate(null)).toHaveProperty('issues')
})
