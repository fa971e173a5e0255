import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { WRITERS } from '../test/written.ts'
import { auto } from './auto.ts'

const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), {
  maxLength: 4,
})
const said = fc.record({
  thoughts: pieces,
  text: pieces,
  calls: fc.uniqueArray(fc.stringMatching(/^[a-z]{3}$/), { maxLength: 3 }).chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(id),
          // Two calls of one tool are two calls.
          name: fc.constantFrom('f', 'g'),
          args: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 1 })),
        }),
      ),
    ),
  ),
  cut: fc.boolean(),
})

describe.each(WRITERS)('any answer of $dialect.name', ({ dialect, ids, whole, chunks }) => {
  test('says whole and as a stream what was said, however it is cut in pieces', () => {
    fc.assert(
      fc.property(said, (it) => {
        const expected = {
          text: it.text.join(''),
          finish: it.cut ? 'length' : it.calls.length > 0 ? 'tool-calls' : 'stop',
          tools: it.calls.map(({ id, name, args }) => ({
            ...(ids && { id }),
            name,
            arguments: JSON.stringify(args),
          })),
          usage: expect.objectContaining({ inputTokens: 9, outputTokens: 5, source: 'reported' }),
        }
        const answer = dialect.read(whole(it))
        expect(answer).toMatchObject(expected)
        expect(answer.reasoning ?? '').toBe(it.thoughts.join(''))
        const { seen } = readStream(dialect.stream!, chunks(it))
        expect(seen).toMatchObject({ ...expected, ended: true, toolOpen: false, error: undefined })
        expect(seen.reasoning ?? '').toBe(it.thoughts.join(''))
        expect(auto.read(whole(it))).toEqual(answer)
      }),
      { numRuns: 150 },
    )
  })

  test('is not over, nor has all been said, before its last chunks', () => {
    fc.assert(
      fc.property(said, fc.nat(), (it, at) => {
        const all = chunks(it)
        const ends = all.findIndex(
          (_, n) => readStream(dialect.stream!, all.slice(0, n + 1)).seen.ended,
        )
        expect(ends).toBeGreaterThanOrEqual(all.length - 2)
        const { seen } = readStream(dialect.stream!, all.slice(0, at % (ends + 1)))
        expect(seen.ended).toBe(false)
        expect(it.text.join('').startsWith(seen.text)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})
