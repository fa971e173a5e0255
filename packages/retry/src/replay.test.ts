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
