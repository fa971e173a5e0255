import fc from 'fast-check'
import { expect, it } from 'vitest'

import { garble, splitAt } from './split.ts'
import { quiet, type Piece } from './wires/wire.ts'

const bytes = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.data).join('')

const piece = fc.record({ data: fc.string({ unit: 'binary' }), tokens: fc.nat(1) })

it('loses no byte and no token, wherever it splits', () => {
  fc.assert(
    fc.property(fc.array(piece), fc.double({ min: 0, max: 1, noNaN: true }), (pieces, share) => {
      const [before, after] = splitAt(pieces, share)
      expect(bytes([...before, ...after])).toBe(bytes(pieces))
      const tokens = (list: readonly Piece[]): number => list.reduce((n, p) => n + p.tokens, 0)
      expect(tokens(before) + tokens(after)).toBe(tokens(pieces))
    }),
  )
})

it('never splits inside a surrogate pair', () => {
  const [before, after] = splitAt([quiet('a😀b')], 0.5)
  for (const half of [before, after]) expect(bytes(half)).not.toMatch(/[\uD800-\uDFFF]/u)
})

it('lets at least one delta through before it splits a stream', () => {
  const stream = [
    quiet('start'),
    { data: 'one', tokens: 1 },
    { data: 'two', tokens: 1 },
    quiet('end'),
  ]
  expect(bytes(splitAt(stream, 0.01)[0])).toBe('startone')
  expect(bytes(splitAt(stream, 0.5)[0])).toBe('startone')
  expect(bytes(splitAt(stream, 1)[0])).toBe('startonetwo')
})

it('garbles one JSON value, and only one', () => {
  const good = '{"a":1}'
  const pieces = [quiet(good), { data: good, tokens: 1 }, quiet(good)]
  const bad = garble(pieces, 'preamble')
  expect(bad.filter((one) => one.data === good)).toHaveLength(2)
  expect(() => JSON.parse(bad[1]?.data ?? '')).toThrow(SyntaxError)
})
