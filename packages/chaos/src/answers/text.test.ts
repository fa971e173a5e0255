import fc from 'fast-check'
import { expect, it } from 'vitest'

import { answerFor, isCorrect } from './text.ts'

const prompt = fc.string()
const variant = fc.integer({ min: 1, max: 9 })

it('accepts every variant of the right answer', () => {
  fc.assert(
    fc.property(prompt, variant, (p, v) => {
      expect(isCorrect(p, answerFor(p, v))).toBe(true)
    }),
  )
})

it('rejects an answer cut anywhere', () => {
  const answer = answerFor('hello')
  for (let length = 0; length < answer.length; length++)
    expect(isCorrect('hello', answer.slice(0, length))).toBe(false)
})

it('rejects two variants spliced anywhere', () => {
  const first = answerFor('hello', 1)
  const second = answerFor('hello', 2)
  const head = 'Answer 12345678: '.length
  const tail = ' [sum 123456789012]'.length
  for (let at = head + 12; at < first.length - tail - 12; at++)
    expect(isCorrect('hello', first.slice(0, at) + second.slice(at))).toBe(false)
})

it('rejects a doubled answer and the answer to another prompt', () => {
  fc.assert(
    fc.property(prompt, prompt, (mine, other) => {
      fc.pre(mine !== other)
      expect(isCorrect(mine, answerFor(other))).toBe(false)
      expect(isCorrect(mine, answerFor(mine) + answerFor(mine))).toBe(false)
    }),
  )
})
