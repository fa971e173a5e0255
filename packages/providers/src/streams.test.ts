import { faultInFrame } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { STREAMS } from '../test/streams.ts'
import { auto } from './auto.ts'

describe.each(STREAMS)(
  'a stream of $name',
  ({ protocol, dialect, chunks, whole, contents, ends }) => {
    test('says what the whole answer says', () => {
      const { text, reasoning, tools, finish, usage } = dialect.read(whole)
      const { seen } = readStream(protocol, chunks)
      expect(seen).toMatchObject({ text, tools, finish, usage, ended: true, toolOpen: false })
      expect(seen.reasoning).toBe(reasoning)
      expect(seen.error).toBeUndefined()
    })

    test('R-6 commits with the first content, for preamble and pings are none', () => {
      expect(readStream(protocol, chunks).contents).toEqual(contents)
    })

    test('R-5 is over with its own end and not before', () => {
      expect(readStream(protocol, chunks.slice(0, ends)).seen.ended).toBe(false)
      expect(readStream(protocol, chunks.slice(0, ends + 1)).seen.ended).toBe(true)
    })

    test('is recognised by the shape of its chunks', () => {
      const { seen } = readStream(auto.stream!, chunks)
      expect(seen).toEqual(readStream(protocol, chunks).seen)
    })

    test('gives up any number of characters at its start, in chunks and as a whole', () => {
      const { text } = dialect.read(whole)
      fc.assert(
        fc.property(fc.nat({ max: text.length + 3 }), (chars) => {
          const before = structuredClone(chunks)
          let left = chars
          const cut = chunks.map((chunk) => {
            const said = readStream(protocol, [chunk]).seen.text.length
            const shorter = protocol.withoutText!(chunk, Math.min(left, said))
            left = Math.max(0, left - said)
            return shorter
          })
          expect(readStream(protocol, cut).seen.text).toBe(text.slice(chars))
          expect(chunks).toEqual(before)
          const shorter = protocol.withoutText!(whole, chars)
          expect(readStream(protocol, [shorter]).seen.text).toBe(text.slice(chars))
        }),
        { numRuns: 30 },
      )
    })

    test('is cut by `auto` as by its own protocol, in chunks and as a whole', () => {
      for (const it of [...chunks, whole])
        expect(auto.stream!.withoutText!(it, 2)).toEqual(protocol.withoutText!(it, 2))
    })

    test('two parts of an answer join: text in order, usage added up', () => {
      const once = dialect.read(whole)
      const twice = dialect.read(dialect.join!([whole, whole]))
      expect(twice.text).toBe(once.text + once.text)
      expect(twice.finish).toBe(once.finish)
      expect(twice.usage).toMatchObject({
        inputTokens: once.usage.inputTokens * 2,
        outputTokens: once.usage.outputTokens * 2,
      })
    })
  },
)

describe('R-1 an error frame fails the stream with what stands in it', () => {
  test.each(
    STREAMS.flatMap(({ name, protocol, errors }) =>
      errors.map((it) => [name, protocol, it] as const),
    ),
  )('of %s', (_, protocol, { frame, kind }) => {
    const { seen } = readStream(protocol, [frame])
    expect(seen.error).toBeDefined()
    expect(faultInFrame(seen.error) ?? faultInFrame({ error: seen.error })).toMatchObject({ kind })
    expect(readStream(auto.stream!, [frame]).seen.error).toBeDefined()
  })
})
