import fc from 'fast-check'
import { expect, test } from 'vitest'

import { mayOverlap, overlapOf } from './overlap.ts'

test('R-10 what a continuation repeats is found, what agrees by chance is not', () => {
  expect(overlapOf('The capital of France is', 'of France is Paris.')).toBe(12)
  expect(overlapOf('Hel', 'lo')).toBe(0)
  expect(overlapOf('and so on and', 'and the rest')).toBe(0)
  expect(overlapOf('', 'anything')).toBe(0)
})

test('white space that was shown after the last word is not said twice', () => {
  expect(overlapOf('Hello ', ' world')).toBe(1)
  expect(overlapOf('a\n\n', '\n\nb')).toBe(2)
  expect(overlapOf('a\n', '\n\nb')).toBe(1)
  expect(overlapOf('a\n\n', '\nb')).toBe(1)
  expect(overlapOf('a\n', '  b')).toBe(0)
  expect(overlapOf('Hello', ' world')).toBe(0)
})

test('an overlap of any length is taken out whole: what was shown and what follows make the text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 20 }), fc.string(), fc.nat(19), (before, rest, keep) => {
      const size = 10 + (keep % 10)
      const after = before.slice(-size) + rest
      expect(overlapOf(before, after)).toBeGreaterThanOrEqual(size)
    }),
  )
})

test('more is asked for only while the end could still be repeated', () => {
  expect(mayOverlap('one two three', '')).toBe(true)
  expect(mayOverlap('one two three', 'two th')).toBe(true)
  expect(mayOverlap('one two three', 'two four')).toBe(false)
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), fc.string({ maxLength: 50 }), (before, after) => {
      if (!mayOverlap(before, after)) return
      expect(before.includes(after)).toBe(true)
    }),
  )
})
