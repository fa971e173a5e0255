import fc from 'fast-check'
import { expect, it } from 'vitest'

import { countTokens, tokenize } from './tokens.ts'

it('loses nothing and never cuts a character in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const tokens = tokenize(text)
      expect(tokens.join('')).toBe(text)
      // With the u flag, a surrogate in a class matches only where its other half is missing.
      for (const token of tokens) expect(token).not.toMatch(/[\uD800-\uDFFF]/u)
    }),
  )
})

it('counts four characters as a token', () => {
  expect(countTokens('')).toBe(0)
  expect(countTokens('four')).toBe(1)
  expect(countTokens('fives')).toBe(2)
})
