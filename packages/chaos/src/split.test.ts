import fc from 'fast-check'
import { expect, it } from 'vitest'

import { PLACES, type Point } from './place.ts'
import { garble, slivers, splitAt } from './split.ts'
import { quiet, type Piece } from './wires/wire.ts'

const bytes = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.data).join('')

const piece = fc.record({
  data: fc.string({ unit: 'binary' }),
  tokens: fc.nat(1),
  part: fc.constantFrom(undefined, 'text', 'reasoning', 'tool', 'finish'),
})
const share = fc.double({ min: 0, max: 1, noNaN: true })
const place = fc.constantFrom(...PLACES.filter((one) => one !== 'headers'))

it('loses no byte and no token, wherever it splits', () => {
  fc.assert(
    fc.property(fc.array(piece), fc.oneof(share, place), (pieces, point) => {
      const [before, after] = splitAt(pieces, point)
      expect(bytes([...before, ...after])).toBe(bytes(pieces))
      const tokens = (list: readonly Piece[]): number => list.reduce((n, p) => n + p.tokens, 0)
      expect(tokens(before) + tokens(after)).toBe(tokens(pieces))
    }),
  )
})

it('knows its places: what is before, and what is next', () => {
  const text = (data: string): Piece => ({ data, tokens: 1, part: 'text' })
  const tool = (data: string): Piece => ({ data, tokens: 1, part: 'tool' })
  const thought = (data: string): Piece => ({ data, tokens: 1, part: 'reasoning' })
  const pieces = [
    quiet('role '),
    thought('t1 '),
    thought('t2 '),
    text('w1 '),
    text('w2 '),
    tool('c1 '),
    tool('c2 '),
    quiet('stop ', 'finish'),
    quiet('over', 'done'),
  ]
  const before = (point: Point): string => bytes(splitAt(pieces, point)[0])
  expect(before('preamble')).toBe('role ')
  expect(before('first-content')).toBe('role t1 ')
  expect(before('reasoning')).toBe('role t1 ')
  expect(before('body')).toBe('role t1 t2 w1 ')
  expect(before('tool')).toBe('role t1 t2 w1 w2 c1 ')
  expect(before('end')).toBe('role t1 t2 w1 w2 c1 c2 ')
  const plain = pieces.filter((one) => one.part === undefined || one.part === 'text')
  expect(bytes(splitAt(plain, 'tool')[0])).toBe('role w1 ')
})

it('slivers are the whole, and none is longer than asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (data, most) => {
      const parts = slivers(data, most)
      expect(Buffer.concat(parts).toString()).toBe(data)
      expect(parts.every((part) => part.length <= most)).toBe(true)
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
