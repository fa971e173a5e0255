import type { Answer } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { fakeDialect, wire } from '../test/fake-dialect.ts'
import { truncationOf } from './cut-shape.ts'
import { overlapOf } from './overlap.ts'

const answer = (part: Partial<Answer>): Answer => fakeDialect.read(wire(part))
const prose = 'The dough has to rest for an hour. Then it is rolled out thinly. '.repeat(4)

test.each<[string, Partial<Answer>, string | undefined]>([
  ['the finish reason first', { text: 'All is said.', finish: 'length' }, 'finish-reason'],
  ['a fence that stays open', { text: 'So:\n```ts\nconst a = 1' }, 'open-fence'],
  ['a bracket that stays open', { text: '{"a":[1,2,{"b":"}]' }, 'open-bracket'],
  ['a string that stays open', { text: '{"a":"x' }, 'open-bracket'],
  ['a sentence that stops at a small word', { text: `${prose}Serve it with the` }, 'cut-word'],
  ['a sentence that stops at a comma', { text: `${prose}Serve it warm,` }, 'cut-word'],
  ['nothing about a whole text', { text: prose }, undefined],
  ['nothing about code on one line', { text: 'Run:\n```npm i```\nand wait.' }, undefined],
  ['nothing about inches after a footnote', { text: '[1] The screen is 24" wide.' }, undefined],
  [
    'nothing about what a filter stopped',
    { text: '```ts\nconst a', finish: 'content-filter' },
    undefined,
  ],
  ['nothing about closed fences', { text: '```ts\nconst a = 1\n```' }, undefined],
  ['nothing about a closed document', { text: '{"a":"}{[","b":[]}' }, undefined],
  ['nothing about a title', { text: 'Serve it with the' }, undefined],
  ['nothing about a list', { text: `${prose}\n- flour\n- butter` }, undefined],
  ['nothing about a tool call', { text: '```', tools: [{ name: 'f', arguments: '{' }] }, undefined],
  ['nothing about nothing', { text: '' }, undefined],
])('tells %s', (_, part, by) => expect(truncationOf(answer(part))?.by).toBe(by))

test('a word says less than a bracket', () => {
  const word = truncationOf(answer({ text: `${prose}Serve it with the` }))?.confidence ?? 1
  expect(word).toBeLessThan(truncationOf(answer({ text: '[1' }))?.confidence ?? 0)
})

test('takes linear time', () => {
  for (const unit of ['{', '"', '\\', '"\\', '```\n', 'a, ', ' '])
    expect(() => truncationOf(answer({ text: `[${unit.repeat(5e5 / unit.length)}` }))).not.toThrow()
}, 3000)

describe('the overlap of a continuation', () => {
  test('is what its start repeats of the end', () =>
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        (shared, before, after) => {
          expect(overlapOf(before + shared, shared + after)).toBeGreaterThanOrEqual(shared.length)
        },
      ),
    ))
  test('a few letters are chance', () => {
    expect(overlapOf('the end', 'ending')).toBe(0)
    expect(overlapOf('the end', ' of it')).toBe(0)
  })
  test('is a blank that both have', () => {
    expect(overlapOf('the end ', ' of it')).toBe(1)
  })
})
