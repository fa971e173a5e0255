import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { AS_TEXT, messagesStream } from './anthropic-messages-stream.ts'

const start = (content_block: object): object => ({ type: 'content_block_start', content_block })
const input = (partial_json: string): object => ({
  type: 'content_block_delta',
  delta: { type: 'input_json_delta', partial_json },
})
const stop = { type: 'content_block_stop' }
const read = (...chunks: readonly object[]): ReturnType<typeof readStream> =>
  readStream(messagesStream, chunks)

describe('tool calls', () => {
  test('stand open from their start to their stop', () => {
    const begun = [start({ type: 'tool_use', id: 't1', name: 'f', input: {} }), input('{"a"')]
    expect(read(...begun).seen).toMatchObject({ toolOpen: true, tools: [{ arguments: '{"a"' }] })
    expect(read(...begun, input(':1}'), stop).seen.toolOpen).toBe(false)
  })

  test('without arguments are called with an empty object, for JSON is what they must be', () => {
    const { seen } = read(start({ type: 'tool_use', id: 't1', name: 'f', input: {} }), stop)
    expect(seen.tools).toEqual([{ id: 't1', name: 'f', arguments: '{}' }])
  })

  test('that stand for a schema are the text, as it comes', () => {
    const { seen, contents } = read(
      start({ type: 'tool_use', id: 't1', name: `${AS_TEXT}point`, input: {} }),
      input('{"x"'),
      input(':1}'),
      stop,
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    )
    expect(contents).toEqual(['-', 'text', 'text', '-', '-', '-'])
    expect(seen).toMatchObject({ text: '{"x":1}', tools: [], finish: 'stop', ended: true })
  })
})

test('input tokens are told at the start, output tokens at the end, and neither is lost', () => {
  const usage = { input_tokens: 3, cache_read_input_tokens: 4, output_tokens: 1 }
  const begun = { type: 'message_start', message: { id: 'm', model: 'c', usage } }
  const { seen } = read(begun)
  expect(seen.usage).toEqual({
    inputTokens: 7,
    cachedInputTokens: 4,
    outputTokens: 1,
    source: 'reported',
  })
  const ended = {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { output_tokens: 9 },
  }
  expect(read(begun, ended).seen.usage).toMatchObject({ inputTokens: 7, outputTokens: 9 })
})

test('a stop reason alone is no end, for a cut may follow it', () => {
  const ended = { type: 'message_delta', delta: { stop_reason: 'end_turn' } }
  expect(read(ended).seen).toMatchObject({ finish: 'stop', ended: false })
})

test('R-75 a refusal tells its category, as a block does', () => {
  const details = { type: 'refusal', category: 'bio', explanation: null }
  const { seen } = read({
    type: 'message_delta',
    delta: { stop_reason: 'refusal', stop_details: details },
  })
  expect(seen).toMatchObject({ finish: 'refusal', blocked: 'bio', refusal: 'bio' })
})
