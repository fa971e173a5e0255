import { settle, testClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { wire } from '../test/scripted.ts'
import { chunkOf, lineFrame, sseFrame } from './chunk.ts'
import type { EventChunk } from './chunk.ts'
import { chunksOf, LINES, SSE } from './chunks.ts'

/** The bytes of a text in pieces of these sizes, over and over. */
function pieces(text: string, sizes: readonly number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  let turn = 0
  return new ReadableStream({
    pull(to) {
      if (at >= bytes.length) return to.close()
      const size = sizes[turn++ % sizes.length] as number
      to.enqueue(bytes.slice(at, (at += size)))
    },
  })
}

const clock = testClock()

async function all(chunks: AsyncIterable<EventChunk>): Promise<EventChunk[]> {
  const got: EventChunk[] = []
  for await (const chunk of chunks) got.push(chunk)
  return got
}

const events = fc.array(
  fc.record(
    {
      data: fc.jsonValue(),
      event: fc.constantFrom('message_start', 'ping', 'error'),
    },
    { requiredKeys: ['data'] },
  ),
  { maxLength: 8 },
)
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

describe('server-sent events', () => {
  test('say the same however they are cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        sizes,
        fc.constantFrom('\n', '\r\n', '\r'),
        async (given, cuts, end) => {
          const text = given
            .map(({ data, event }) => sseFrame(JSON.stringify(data), event))
            .join('')
          const got = await all(chunksOf(SSE, pieces(text.replaceAll('\n', end), cuts), clock))
          expect(JSON.stringify(got.map(({ data }) => data))).toBe(
            JSON.stringify(given.map(({ data }) => data)),
          )
          expect(got.map(({ raw }) => raw).join('')).toBe(text)
        },
      ),
    )
  })

  test('cut anywhere, they say what had come whole, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.double({ min: 0, max: 1, noNaN: true }), async (given, share) => {
        const text = given.map(({ data }) => sseFrame(JSON.stringify({ data }))).join('')
        const cut = text.slice(0, Math.floor(share * text.length))
        const got = await all(chunksOf(SSE, pieces(cut, [7]), clock))
        expect(got.every(({ malformed }) => malformed !== true)).toBe(true)
        expect(text.startsWith(got.map(({ raw }) => raw).join(''))).toBe(true)
        expect(got.length).toBeGreaterThanOrEqual(cut.split('\n\n').length - 1)
      }),
    )
  })

  test.each(['data', 'data:', 'event: ping', 'id', ': x', 'da'])(
    'of which only %j had come are none',
    async (rest) => {
      const got = await all(chunksOf(SSE, pieces(`${sseFrame('1')}${rest}`, [400]), clock))
      expect(got.map(({ raw }) => raw)).toEqual([sseFrame('1')])
    },
  )

  test('end at [DONE], whatever follows', async () => {
    const text = `${sseFrame('1')}${sseFrame('[DONE]')}`
    const got = await all(chunksOf(SSE, pieces(`${text}data: late`, [400]), clock))
    expect(got.map(({ raw }) => raw).join('')).toBe(text)
  })

  test('leave the connection to the next request: the body is read to its end after [DONE]', async () => {
    const upstream = wire()
    upstream.write(sseFrame('1'), sseFrame('[DONE]'))
    const chunks = chunksOf(SSE, upstream.body, clock)
    expect(await all(chunks)).toHaveLength(2)
    void chunks[Symbol.asyncIterator]().return?.()
    upstream.end()
    await settle()
    expect(upstream.cancelled()).toBe(false)
    expect(clock.pending).toBe(0)
  })

  test('do not wait long for a body that does not end after [DONE]', async () => {
    const upstream = wire()
    upstream.write(sseFrame('1'), sseFrame('[DONE]'))
    const chunks = chunksOf(SSE, upstream.body, clock)
    expect(await all(chunks)).toHaveLength(2)
    void chunks[Symbol.asyncIterator]().return?.()
    expect(upstream.cancelled()).toBe(false)
    await clock.advance(1_000)
    expect(upstream.cancelled()).toBe(true)
  })

  test('are JSON, the mark, or malformed', () => {
    expect(chunkOf(sseFrame, 'null', 'ping')).toEqual({
      raw: 'event: ping\ndata: null\n\n',
      event: 'ping',
      data: null,
    })
    expect(chunkOf(sseFrame, '{"a":')).toMatchObject({ malformed: true })
    expect(chunkOf(sseFrame, '')).toMatchObject({ malformed: true })
    expect(chunkOf(sseFrame, '[DONE] ', 'done')).toEqual({ raw: sseFrame('[DONE]') })
  })

  test.each(['data:\n\n', 'data: \n\n', 'event: ping\ndata:\n\n', 'event: ping\n\n', 'id: 1\n\n'])(
    'that say nothing, as %j, are signs of life: SDKs would try to read them',
    async (life) => {
      const got = await all(chunksOf(SSE, pieces(`${life}${sseFrame('1')}${life}`, [9]), clock))
      expect(got.map(({ raw }) => raw)).toEqual([sseFrame('1')])
    },
  )

  test('are handed on in the plainest form: one line of data, and no id', async () => {
    const given = 'id: 1\nretry: 9\ndata: {\ndata: "a": 1\ndata: }\nevent: x\n\n'
    const got = await all(chunksOf(SSE, pieces(given, [4]), clock))
    expect(got).toEqual([{ raw: 'event: x\ndata: { "a": 1 }\n\n', event: 'x', data: { a: 1 } }])
  })

  test('a JSON that is no event is an error, of a gateway that calls everything a stream', async () => {
    const error = { error: { code: 'invalid_api_key' } }
    const got = await all(chunksOf(SSE, pieces(JSON.stringify(error, null, 1), [9]), clock))
    expect(got).toMatchObject([{ event: 'error', data: error }])
    expect(await all(chunksOf(SSE, pieces('<html></html>', [9]), clock))).toEqual([])
  })

  test('of a megabyte, in any pieces, take no time to speak of', async () => {
    const long = JSON.stringify({ text: 'x'.repeat(1_000_000) })
    const got = await all(chunksOf(SSE, pieces(sseFrame(long), [100]), clock))
    expect(got[0]?.raw).toBe(sseFrame(long))
  })
})

describe('lines of JSON', () => {
  test('say the same however they are cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), sizes, async (given, cuts) => {
        const text = given.map((data) => lineFrame(JSON.stringify(data))).join('')
        const got = await all(chunksOf(LINES, pieces(text, cuts), clock))
        expect(got.map(({ raw }) => raw).join('')).toBe(text)
      }),
    )
  })
})
