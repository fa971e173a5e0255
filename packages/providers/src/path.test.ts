import { expect, test } from 'vitest'

import { at, changed } from './path.ts'

class Answer {
  readonly parts = [{ text: 'a' }, { text: 'b' }]
  get text(): string {
    return this.parts.map((part) => part.text).join('')
  }
}

test('a copy keeps the class, and shares what stands beside the path', () => {
  const given = new Answer()
  const copy = changed(given, ['parts', 0, 'text'], () => 'x')
  expect(copy).toBeInstanceOf(Answer)
  expect([given.text, copy.text]).toEqual(['ab', 'xb'])
  expect(copy.parts[1]).toBe(given.parts[1])
})

test('a getter of the class gives way to the value', () => {
  expect(changed(new Answer(), ['text'], () => 'x').text).toBe('x')
})

test('what is missing on the way is made, and what is no object holds nothing', () => {
  expect(changed({}, ['a', 'b'], () => 1)).toEqual({ a: { b: 1 } })
  expect(changed(undefined, ['a'], () => 1)).toEqual({ a: 1 })
  expect(changed([], ['a'], () => 1)).toEqual([])
  expect(changed([1], [1], () => 2)).toEqual([1])
  expect(at({ a: 'text' }, ['a', 'b', 'c'])).toBeUndefined()
})
