import { Readable } from 'node:stream'

import { expect, test } from 'vitest'

import { isConsumed } from './replay.ts'

test('T34 a body that is a stream cannot be sent twice, any other can', () => {
  const post = { method: 'POST', body: 'hi' }
  expect(isConsumed({ ...post, body: new ReadableStream() })).toBe(true)
  expect(isConsumed(new Request('http://a.test', post))).toBe(true)
  expect(isConsumed({ bodyUsed: true })).toBe(true)
  expect(isConsumed(new Request('http://a.test'))).toBe(false)
  for (const body of ['hi', new Uint8Array(2), { messages: [] }, undefined, null])
    expect(isConsumed({ ...post, body })).toBe(false)
  for (const request of ['hi', 5, null, undefined, []]) expect(isConsumed(request)).toBe(false)
})

test('T34 nor can a stream of Node, an async generator, or a file that is one', () => {
  async function* words(): AsyncGenerator<string> {
    yield 'hi'
  }
  const file = Readable.from(['hi'])
  expect(isConsumed({ body: Readable.from(['hi']) })).toBe(true)
  expect(isConsumed({ body: words() })).toBe(true)
  expect(isConsumed({ model: 'whisper-1', file })).toBe(true)
  for (const again of [new Blob(['hi']), new File(['hi'], 'a.txt'), new FormData(), ['hi']])
    expect(isConsumed({ model: 'whisper-1', file: again, body: again })).toBe(false)
})
