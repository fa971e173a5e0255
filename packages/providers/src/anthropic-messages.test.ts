import { describe, expect, test } from 'vitest'

import { CHAT, MESSAGES, NO_ANSWERS, RESPONSES } from '../test/wire-answers.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import type { MessagesResponse } from './anthropic-messages.ts'

const read = (response: unknown) => anthropicMessages.read(response as MessagesResponse)
const hello = {
  model: 'claude-sonnet-4-5',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello' }],
}

describe('reading', () => {
  test('input tokens count what was written to and read from the cache', () => {
    expect(read(MESSAGES.hello)).toEqual({
      text: 'Hello!',
      reasoning: 'hm',
      finish: 'stop',
      rawFinish: 'end_turn',
      tools: [],
      usage: {
        inputTokens: 50 + 248 + 1800,
        outputTokens: 503,
        cachedInputTokens: 1800,
        reasoningTokens: 400,
        source: 'reported',
      },
      model: 'claude-sonnet-4-5-20250929',
      id: 'msg_1',
    })
  })

  test.each([
    ['stopSequence', 'stop'],
    ['cut', 'length'],
    ['paused', 'pause'],
    ['windowFull', 'context-window'],
    ['refusal', 'refusal'],
    ['calls', 'tool-calls'],
    ['empty', 'stop'],
  ] as const)('%s finishes as %s', (name, finish) => {
    expect(read(MESSAGES[name]).finish).toBe(finish)
  })

  test('R-75 a refusal says its reason, or at least its category', () => {
    expect(read(MESSAGES.explainedRefusal).refusal).toBe('Could cause harm.')
    expect(read(MESSAGES.refusal).refusal).toBe('cyber')
  })

  test('a tool that the provider ran itself is no call', () => {
    expect(read(MESSAGES.calls).tools).toEqual([{ id: 'toolu_1', name: 'f', arguments: '{"a":1}' }])
  })

  test('what is no answer reads as an empty one', () => {
    for (const response of NO_ANSWERS) {
      expect(anthropicMessages.isResponse(response)).toBe(false)
      expect(read(response)).toMatchObject({ text: '', finish: 'unknown', tools: [] })
    }
  })

  test('recognises its own answers only', () => {
    expect(Object.values(MESSAGES).every((it) => anthropicMessages.isResponse(it))).toBe(true)
    expect(Object.values(CHAT).some((it) => anthropicMessages.isResponse(it))).toBe(false)
    expect(Object.values(RESPONSES).some((it) => anthropicMessages.isResponse(it))).toBe(false)
  })
})

describe('what a request needs', () => {
  test('tools, a JSON schema, images, streaming and the limit are seen', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'A'.repeat(9e5) }
    const request = {
      ...hello,
      system: 'x'.repeat(4000),
      messages: [
        { role: 'user', content: [{ type: 'tool_result', content: [{ type: 'image', source }] }] },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      output_config: { format: { type: 'json_schema', schema: {} } },
      stream: true,
    }
    const needs = anthropicMessages.needs(request)
    expect(needs).toMatchObject({
      tools: true,
      jsonSchema: true,
      vision: true,
      streaming: true,
      maxOutputTokens: 1024,
    })
    expect(needs.inputTokens).toBeGreaterThan(1765)
    expect(needs.inputTokens).toBeLessThan(1830)
  })

  test('a document counts its text, but not the bytes of a file, and is no image', () => {
    const withSource = (source: object) => ({
      ...hello,
      messages: [{ role: 'user', content: [{ type: 'document', source }] }],
    })
    const bytes = anthropicMessages.needs(withSource({ type: 'base64', data: 'A'.repeat(9e5) }))
    const text = anthropicMessages.needs(withSource({ type: 'text', data: 'A'.repeat(9e5) }))
    expect(bytes).toMatchObject({ vision: false })
    expect(bytes.inputTokens).toBeLessThan(800)
    expect(text.inputTokens).toBeGreaterThan(225_000)
  })
})

describe('rewriting', () => {
  test('the limit stays above the thinking budget, below which the API rejects it', () => {
    const thinking = { type: 'enabled', budget_tokens: 2000 }
    expect(anthropicMessages.withMaxTokens(hello, 500).max_tokens).toBe(500)
    expect(anthropicMessages.withMaxTokens({ ...hello, thinking }, 500).max_tokens).toBe(2001)
    expect(anthropicMessages.withMaxTokens({ ...hello, thinking }, 4000).max_tokens).toBe(4000)
  })

  test('a user message that carries tool results begins no turn', () => {
    const last = [
      { role: 'user', content: 'And in Rome?' },
      { role: 'assistant', content: 'Warm.' },
    ]
    const messages = [
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'snow' },
          { type: 'text', text: 'And tomorrow?' },
        ],
      },
      { role: 'assistant', content: 'Snow.' },
      ...last,
    ]
    const shorter = anthropicMessages.withoutOldestTurn({ ...hello, messages })
    expect(shorter).toEqual({ ...hello, messages: last })
    expect(anthropicMessages.withoutOldestTurn({ ...hello, messages: last })).toBeUndefined()
  })

  test('a result whose call was gone before is never put in front', () => {
    const messages = [
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'gone', content: 'snow' }] },
      { role: 'assistant', content: 'Snow.' },
      { role: 'user', content: 'And in Rome?' },
    ]
    const shorter = anthropicMessages.withoutOldestTurn({ ...hello, messages })
    expect(shorter?.messages).toEqual(messages.slice(3))
  })
})
