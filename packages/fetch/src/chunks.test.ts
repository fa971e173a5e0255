import { settle, testClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { wire } from '../test/scripted.ts'
import { chunkOf, lineFrame, sseFrame } from './chunk.ts'
import type { EventChunk } from './chunk.ts'
import { eventsOf, linesOf } from './chunks.ts'

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
      id: fc.constantFrom('1', 'evt_2'),
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
            .map(({ data, event, id }) => sseFrame(JSON.stringify(data), event, id))
            .join('')
          const got = await all(eventsOf(pieces(text.replaceAll('\n', end), cuts), clock))
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
        const got = await all(eventsOf(pieces(cut, [7]), clock))
        expect(got.every(({ malformed }) => malformed !== true)).toBe(true)
        expect(text.startsWith(got.map(({ raw }) => raw).join(''))).toBe(true)
        expect(got.length).toBeGreaterThanOrEqual(cut.split('\n\n').length - 1)
      }),
    )
  })

  test.each(['data', 'data:', 'event: ping', 'id', ': x', 'da'])(
    'of which only %j had come are none',
    async (rest) => {
      const got = await all(eventsOf(pieces(`${sseFrame('1')}${rest}`, [400]), clock))
      expect(got.map(({ raw }) => raw)).toEqual([sseFrame('1')])
    },
  )

  test('end at [DONE], whatever follows', async () => {
    const text = `${sseFrame('1')}${sseFrame('[DONE]')}`
    const got = await all(eventsOf(pieces(`${text}data: late`, [400]), clock))
    expect(got.map(({ raw }) => raw).join('')).toBe(text)
  })

  test('leave the connection to the next request: the body is read to its end after [DONE]', async () => {
    const upstream = wire()
    upstream.write(sseFrame('1'), sseFrame('[DONE]'))
    const chunks = eventsOf(upstream.body, clock)
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
    const chunks = eventsOf(upstream.body, clock)
    expect(await all(chunks)).toHaveLength(2)
    void chunks[Symbol.asyncIterator]().return?.()
    expect(upstream.cancelled()).toBe(false)
    await clock.advance(1_000)
    expect(upstream.cancelled()).toBe(true)
  })

  test('without data, or that are no JSON, are told apart', () => {
    expect(chunkOf(sseFrame, '', 'ping')).toEqual({
      raw: 'event: ping\ndata: \n\n',
      event: 'ping',
      data: undefined,
    })
    expect(chunkOf(sseFrame, 'null').data).toBeNull()
    expect(chunkOf(sseFrame, '{"a":')).toMatchObject({ malformed: true })
  })
})

describe('lines of JSON', () => {
  test('say the same however they are cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), sizes, async (given, cuts) => {
        const text = given.map((data) => lineFrame(JSON.stringify(data))).join('')
        const got = await all(linesOf(pieces(text, cuts), clock))
        expect(got.map(({ raw }) => raw).join('')).toBe(text)
      }),
    )
  })
})
