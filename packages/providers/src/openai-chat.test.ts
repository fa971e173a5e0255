import { describe, expect, test } from 'vitest'

import { CHAT, MESSAGES, NO_ANSWERS, RESPONSES } from '../test/wire-answers.ts'
import { openAIChat } from './openai-chat.ts'
import type { ChatResponse } from './openai-chat.ts'

const read = (response: unknown) => openAIChat.read(response as ChatResponse)
const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }

describe('reading', () => {
  test('tells text, model, id and usage; cached and reasoning tokens are part of the totals', () => {
    expect(read(CHAT.hello)).toEqual({
      text: 'Hello!',
      finish: 'stop',
      rawFinish: 'stop',
      tools: [],
      usage: {
        inputTokens: 2006,
        outputTokens: 300,
        cachedInputTokens: 1920,
        reasoningTokens: 256,
        source: 'reported',
      },
      model: 'gpt-4o-2024-08-06',
      id: 'chatcmpl-1',
    })
  })

  test('R-75 a refusal is one although its finish reason is "stop"', () => {
    expect(read(CHAT.refusal)).toMatchObject({
      text: '',
      finish: 'refusal',
      rawFinish: 'stop',
      refusal: 'I cannot help with that.',
    })
  })

  test.each([
    ['filtered', 'content-filter'],
    ['cut', 'length'],
    ['onlyReasoning', 'length'],
    ['halfWrittenCall', 'tool-calls'],
    ['legacyCall', 'tool-calls'],
    ['upstreamError', 'error'],
    ['windowFull', 'context-window'],
    ['noChoices', 'unknown'],
  ] as const)('%s finishes as %s', (name, finish) => {
    expect(read(CHAT[name]).finish).toBe(finish)
  })

  test('a forced tool call, which stops with "stop", finishes as tool-calls', () => {
    expect(read(CHAT.forcedCall)).toMatchObject({ finish: 'tool-calls', rawFinish: 'stop' })
  })

  test('an answer of nothing but reasoning has no text', () => {
    expect(read(CHAT.onlyReasoning)).toMatchObject({ text: '', usage: { reasoningTokens: 100 } })
    expect(read(CHAT.parts).text).toBe('Hello!')
  })

  test('arguments stay as the model wrote them, broken JSON too', () => {
    expect(read(CHAT.halfWrittenCall).tools).toEqual([{ id: '1', name: 'f', arguments: '{"a":' }])
    expect(read(CHAT.customCall).tools).toEqual([{ id: '1', name: 'sql', arguments: 'select 1' }])
    expect(read(CHAT.legacyCall).tools).toEqual([{ name: 'f', arguments: '{"a":1}' }])
    expect(read(CHAT.parsedArguments).tools).toEqual([{ name: 'f', arguments: '{"a":1}' }])
  })

  test('no usage in the body is "none", not zero tokens reported', () => {
    expect(read(CHAT.cut).usage).toEqual({ inputTokens: 0, outputTokens: 0, source: 'none' })
    const nonsense = { prompt_tokens: -1, completion_tokens: '7' }
    expect(read({ choices: [], usage: nonsense }).usage.source).toBe('none')
  })

  test('what is no answer reads as an empty one', () => {
    for (const response of NO_ANSWERS) {
      expect(openAIChat.isResponse(response)).toBe(false)
      expect(read(response)).toMatchObject({ text: '', finish: 'unknown', tools: [] })
    }
  })

  test('a word that is a method of every object is no known finish reason', () => {
    expect(read({ choices: [{ finish_reason: 'constructor' }] })).toMatchObject({
      finish: 'unknown',
      rawFinish: 'constructor',
    })
  })

  test('recognises its own answers only', () => {
    expect(Object.values(CHAT).every((it) => openAIChat.isResponse(it))).toBe(true)
    expect(Object.values(RESPONSES).some((it) => openAIChat.isResponse(it))).toBe(false)
    expect(Object.values(MESSAGES).some((it) => openAIChat.isResponse(it))).toBe(false)
  })
})

describe('what a request needs', () => {
  test('a bare request needs nothing but its tokens', () => {
    expect(openAIChat.needs(hello)).toEqual({
      tools: false,
      jsonSchema: false,
      vision: false,
      streaming: false,
      inputTokens: 5, // role, user, content, Hello: 20 characters
    })
  })

  test('tools, a JSON schema, images, streaming and a limit are seen', () => {
    const request = {
      ...hello,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(9e5)}` } },
          ],
        },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } },
      stream: true,
      max_tokens: 100,
      max_completion_tokens: 200,
    }
    const needs = openAIChat.needs(request)
    expect(needs).toMatchObject({
      tools: true,
      jsonSchema: true,
      vision: true,
      streaming: true,
      maxOutputTokens: 200,
    })
    expect(needs.inputTokens).toBeGreaterThan(765)
    expect(needs.inputTokens).toBeLessThan(1000)
  })

  test('json_object asks for no schema', () => {
    const request = { ...hello, response_format: { type: 'json_object' } }
    expect(openAIChat.needs(request).jsonSchema).toBe(false)
  })
})

describe('rewriting', () => {
  test('the limit goes where the request has it, else into max_completion_tokens', () => {
    expect(openAIChat.withMaxTokens({ ...hello, max_tokens: 9 }, 5)).toEqual({
      ...hello,
      max_tokens: 5,
    })
    expect(openAIChat.withMaxTokens(hello, 5)).toEqual({ ...hello, max_completion_tokens: 5 })
    expect(openAIChat.withMaxTokens({ ...hello, max_tokens: null }, 5)).toEqual({
      ...hello,
      max_tokens: null,
      max_completion_tokens: 5,
    })
  })

  test('another model, one message more', () => {
    expect(openAIChat.modelOf(openAIChat.withModel(hello, 'gpt-4o-mini'))).toBe('gpt-4o-mini')
    expect(openAIChat.withMessage(hello, 'assistant', 'Hi').messages).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
    ])
  })

  test('the oldest turn leaves with its tool calls and their results; instructions stay', () => {
    const system = { role: 'system', content: 'Be brief.' }
    const last = [
      { role: 'user', content: 'And in Rome?' },
      { role: 'assistant', content: 'Warm.' },
    ]
    const messages = [
      system,
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', tool_calls: [{ id: 'a' }, { id: 'b' }] },
      { role: 'tool', tool_call_id: 'a', content: '-3' },
      { role: 'tool', tool_call_id: 'b', content: 'snow' },
      { role: 'assistant', content: 'Snow.' },
      ...last,
    ]
    const shorter = openAIChat.withoutOldestTurn({ ...hello, messages })
    expect(shorter).toEqual({ ...hello, messages: [system, ...last] })
    expect(openAIChat.withoutOldestTurn({ ...hello, messages: [system, ...last] })).toBeUndefined()
  })
})
