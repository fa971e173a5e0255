import { AbortScope, carry, classify, settled } from '@holdfast/core'
import type { AnswerStream } from '@holdfast/core'
import { collect, replay } from '@holdfast/core/stream'
import { describe, expect, test } from 'vitest'

import { aiSdk } from './ai-sdk.ts'

const USAGE = { inputTokens: { total: 9 }, outputTokens: { total: 2 } }
const FINISH = { finishReason: { unified: 'stop', raw: 'end_turn' }, usage: USAGE }
const PARTS = [
  { type: 'stream-start', warnings: [] },
  { type: 'response-metadata', id: 'a', modelId: 'm', timestamp: new Date(1) },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'Hel' },
  { type: 'text-delta', id: '0', delta: 'lo' },
  { type: 'text-end', id: '0' },
  { type: 'finish', ...FINISH },
] as const

/** What a store makes of it. */
const stored = (frozen: unknown): unknown => JSON.parse(JSON.stringify(frozen))

const reading = { scope: new AbortScope(), classify }
const streamed = async (
  parts: readonly unknown[] = PARTS,
): Promise<{ result: object; live: AnswerStream }> => {
  const live = await replay(parts, reading, aiSdk.stream)
  const head = { request: { body: '{}' }, response: { headers: { a: 'b' } }, stream: 'locked' }
  return { result: carry(head, live), live }
}
const partsOf = async (response: unknown): Promise<readonly unknown[]> => {
  const parts: unknown[] = []
  const { stream } = response as { stream: ReadableStream<unknown> }
  for await (const part of stream) parts.push(part)
  return parts
}

describe('an answer of the AI SDK in a store', () => {
  test('a whole one comes back as it was; files and addresses as texts, and with the date of the day', () => {
    const file = (data: object): object => ({ type: 'file', mediaType: 'image/png', data })
    const result = {
      content: [
        { type: 'text', text: 'Hi' },
        file({ type: 'data', data: new Uint8Array([1, 255]) }),
        file({ type: 'url', url: new URL('https://a.b/c') }),
      ],
      ...FINISH,
      response: { timestamp: new Date(1), modelId: 'm' },
    }
    const again = aiSdk.thaw!(stored(aiSdk.freeze!(result)))
    expect(again).toEqual({
      ...result,
      content: [
        { type: 'text', text: 'Hi' },
        file({ type: 'data', data: 'Af8=' }),
        file({ type: 'url', url: 'https://a.b/c' }),
      ],
      response: { modelId: 'm' },
    })
    expect(aiSdk.isResponse(again)).toBe(true)
  })

  test('bytes of a `Buffer` are bytes', () => {
    const content = [{ type: 'file', mediaType: 'image/png', data: Buffer.from([1, 255]) }]
    expect(aiSdk.freeze!({ content })).toEqual({ content: [{ ...content[0], data: 'Af8=' }] })
  })

  test('a stream comes back with all its parts, to everyone who asks', async () => {
    const { result, live } = await streamed()
    const frozen = aiSdk.freeze!(result as never)
    await collect(live)
    await settled(result)
    const kept = stored(frozen)
    for (const _ of [1, 2]) {
      const again = aiSdk.thaw!(kept)
      expect(again).toMatchObject({ request: { body: '{}' }, response: { headers: { a: 'b' } } })
      expect(await partsOf(again)).toEqual(
        PARTS.map((part) => ('timestamp' in part ? { ...part, timestamp: undefined } : part)),
      )
    }
  })

  test('nothing is read of a stream to keep it', async () => {
    const { result, live } = await streamed()
    aiSdk.freeze!(result as never)
    const { chunks } = await collect(live)
    expect(chunks).toEqual(PARTS)
  })

  test('a result of a class is kept as it is: its getters are no data', () => {
    class Result {
      readonly content = [{ type: 'text', text: 'Hi' }]
      get finishReason(): string {
        return 'stop'
      }
    }
    const result = new Result()
    expect(aiSdk.thaw!(aiSdk.freeze!(result))).toBe(result)
  })
})
