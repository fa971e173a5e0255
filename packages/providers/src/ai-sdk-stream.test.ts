import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { aiSdkStream } from './ai-sdk-stream.ts'
import { aiSdk } from './ai-sdk.ts'

const text = { type: 'text-delta', id: '1', delta: 'Hi' }
const finish = (unified: string, raw?: string): object => ({
  type: 'finish',
  finishReason: { unified, raw },
  usage: { inputTokens: { total: 9 }, outputTokens: { total: 1 } },
})
const ended = (...parts: readonly object[]): object =>
  readStream(aiSdkStream, [text, ...parts]).seen

describe('the end of a stream', () => {
  test.each(['interrupted', 'other', 'unknown'])(
    'R-5 "%s" without a reason of the provider is made up for a stream that was cut',
    (unified) => {
      expect(ended(finish(unified))).toMatchObject({ ended: false, text: 'Hi' })
    },
  )

  test.each([
    ['stop', 'end_turn', 'stop'],
    ['stop', 'pause_turn', 'pause'],
    ['length', 'model_context_window_exceeded', 'context-window'],
    ['content-filter', 'refusal', 'refusal'],
    ['content-filter', 'stop', 'content-filter'],
    ['other', 'RECITATION', 'content-filter'],
  ])('%s, in the provider’s own word %s, means %s', (unified, raw, reason) => {
    expect(ended(finish(unified, raw))).toMatchObject({
      ended: true,
      finish: reason,
      rawFinish: raw,
    })
  })

  test('a reason that says "error" fails the stream, and so does one that the SDK has swallowed', () => {
    for (const end of [finish('error', 'error'), finish('other', 'error')]) {
      expect(ended(end)).toMatchObject({ finish: 'error', error: end })
    }
  })

  test('the error of a part stands as it was, also where a finish follows', () => {
    const error = new Error('Overloaded')
    expect(ended({ type: 'error', error }, finish('error'))).toMatchObject({ error })
  })

  test('a reason as a bare word, of V2 and of `fullStream`', () => {
    expect(ended({ type: 'finish', finishReason: 'length' })).toMatchObject({
      ended: true,
      finish: 'length',
    })
    const full = { type: 'finish', finishReason: 'stop', rawFinishReason: 'pause_turn' }
    expect(ended(full)).toMatchObject({ ended: true, finish: 'pause' })
  })
})

describe('parts', () => {
  test('texts of `fullStream` stand in `text`', () => {
    const { seen } = readStream(aiSdkStream, [{ type: 'text-delta', id: '1', text: 'Hi' }])
    expect(seen.text).toBe('Hi')
    expect(aiSdkStream.withoutText?.({ type: 'text-delta', text: 'Hi' }, 1)).toMatchObject({
      text: 'i',
    })
  })

  test('thinking is no text, and its deltas are not cut', () => {
    const thought = { type: 'reasoning-delta', id: '0', delta: 'hm' }
    expect(aiSdkStream.withoutText?.(thought, 1)).toBe(thought)
  })

  test('a part of a type that is new to us is passed over', () => {
    expect(readStream(aiSdkStream, [{ type: 'hologram', delta: undefined }]).contents).toEqual([
      '-',
    ])
  })

  test('what the provider runs by itself is no tool call', () => {
    const own = { toolCallId: 's1', toolName: 'web_search', providerExecuted: true }
    const { seen } = readStream(aiSdkStream, [
      { type: 'tool-input-start', id: 's1', ...own },
      { type: 'tool-input-delta', id: 's1', delta: '{}' },
      { type: 'tool-call', ...own, input: '{}' },
    ])
    expect(seen).toMatchObject({ tools: [], toolOpen: false })
  })

  test('files are counted, in streams and in results', () => {
    const file = { type: 'file', mediaType: 'image/png', data: new Uint8Array(1) }
    expect(readStream(aiSdkStream, [file]).contents).toEqual(['file'])
    const result = { content: [file, file], finishReason: 'stop' }
    expect(aiSdk.read(result)).toMatchObject({ files: 2, finish: 'stop' })
  })
})
