import { describe, expect, test } from 'vitest'

import { CHAT, MESSAGES, NO_ANSWERS, RESPONSES } from '../test/wire-answers.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { auto } from './auto.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { plainText } from './plain-text.ts'

const user = { role: 'user', content: 'Hello' }

describe('answers', () => {
  test.each([
    ['Chat Completions', CHAT, openAIChat],
    ['Responses', RESPONSES, openAIResponses],
    ['Messages', MESSAGES, anthropicMessages],
  ] as const)('of %s read as their own dialect reads them', (_, answers, dialect) => {
    for (const answer of Object.values(answers)) {
      expect(auto.isResponse(answer)).toBe(true)
      expect(auto.read(answer)).toBe(dialect.read(answer as never))
    }
  })

  test('of plain text are read', () => {
    expect(auto.read('Hi').text).toBe('Hi')
    expect(auto.read({ text: 'Hi' }).text).toBe('Hi')
  })

  test('what is no answer is empty, a page of HTML too', () => {
    for (const response of NO_ANSWERS) {
      expect(auto.isResponse(response)).toBe(false)
      expect(auto.read(response)).toMatchObject({ text: '', finish: 'unknown' })
    }
  })

  test('plain text that is HTML by intent is read by plainText', () => {
    const page = '<html><body>Hi</body></html>'
    expect(auto.read(page).text).toBe('')
    expect(plainText.read(page).text).toBe(page)
    expect(auto.read('<htmlx> is no tag').text).toBe('<htmlx> is no tag')
  })
})

describe('the text that a continuation repeats', () => {
  test.each(['Hello', { text: 'Hello' }])('is taken off plain text: %j', (answer) => {
    expect(auto.read(auto.stream!.withoutText!(answer, 3)).text).toBe('lo')
  })

  test('is not taken off what only looks like plain text: thoughts of `fullStream`', () => {
    const thought = { type: 'reasoning-delta', id: '0', text: 'hm' }
    expect(auto.stream!.withoutText!(thought, 1)).toBe(thought)
  })
})

describe('requests', () => {
  test.each([
    ['a Chat request', { messages: [user] }, 'max_completion_tokens'],
    [
      'a Chat request with tools and the old limit',
      { messages: [user], max_tokens: 9, tools: [{ type: 'function', function: {} }] },
      'max_tokens',
    ],
    ['a Responses request', { input: 'Hello' }, 'max_output_tokens'],
    ['a Messages request', { messages: [user], max_tokens: 9, system: 'Be brief.' }, 'max_tokens'],
    ['a plain prompt', { prompt: 'Hello' }, 'maxTokens'],
  ])('%s gets its limit where its wire has it', (_, request, field) => {
    expect(auto.isRequest(request)).toBe(true)
    expect(auto.withMaxTokens(request, 99)).toEqual({ ...request, [field]: 99 })
  })

  test('tool results keep a Chat request from being taken for a Messages request', () => {
    const messages = [
      user,
      { role: 'assistant', tool_calls: [{ id: 'a' }] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
    ]
    expect(anthropicMessages.isRequest({ messages, max_tokens: 9 })).toBe(false)
    expect(openAIChat.isRequest({ messages, max_tokens: 9 })).toBe(true)
  })

  test.each([
    ['gpt-4o', {}, 'response_format'],
    ['anthropic/claude-sonnet-4.5', {}, 'response_format'],
    ['claude-sonnet-5', {}, 'output_config'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', {}, 'output_config'],
    ['kimi-k2', { system: 'Be brief.' }, 'output_config'],
    ['kimi-k2', { tools: [{ name: 'f', input_schema: {} }] }, 'output_config'],
    [undefined, {}, 'output_config'],
  ])(
    'a request that fits two wires asks %s (with %j) for a schema by `%s`: what the other has is a 400',
    (model, more, field) => {
      const schema = { type: 'object', properties: {}, additionalProperties: false }
      const request = { ...(model && { model }), max_tokens: 9, messages: [user], ...more }
      expect(auto.withSchema?.(request, schema, 'p')).toHaveProperty(field)
    },
  )

  test('a plain chat request that fits two wires is treated alike by both', () => {
    const request = { model: 'm', max_tokens: 9, messages: [user, user], stream: true }
    expect(anthropicMessages.isRequest(request)).toBe(true)
    expect(openAIChat.isRequest(request)).toBe(true)
    expect(anthropicMessages.needs(request)).toEqual(openAIChat.needs(request))
    expect(anthropicMessages.withMaxTokens(request, 5)).toEqual(
      openAIChat.withMaxTokens(request, 5),
    )
    expect(anthropicMessages.withMessage(request, 'user', 'x')).toEqual(
      openAIChat.withMessage(request, 'user', 'x'),
    )
    expect(anthropicMessages.withoutOldestTurn(request)).toEqual(
      openAIChat.withoutOldestTurn(request),
    )
  })

  test('what is no request passes through untouched', () => {
    for (const request of [null, 1, {}, [], { url: 'https://x.test', body: '{}' }]) {
      expect(auto.isRequest(request)).toBe(false)
      expect(auto.needs(request)).toMatchObject({ inputTokens: 0, tools: false })
      expect(auto.modelOf(request)).toBeUndefined()
      expect(auto.withModel(request, 'm')).toBe(request)
      expect(auto.withMaxTokens(request, 5)).toBe(request)
      expect(auto.withMessage(request, 'user', 'x')).toBe(request)
      expect(auto.withoutOldestTurn(request)).toBeUndefined()
    }
  })
})
