import type { Dialect } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readStream } from '../test/read-stream.ts'
import { CHAT, MESSAGES, RESPONSES } from '../test/wire-answers.ts'
import { aiSdk } from './ai-sdk.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { auto } from './auto.ts'
import { azureOpenAI } from './azure-openai.ts'
import { bedrock } from './bedrock.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { openRouter } from './openrouter.ts'
import { plainText } from './plain-text.ts'
import { sanitize } from './sanitize.ts'

const ALL: readonly Dialect[] = [
  openAIChat,
  azureOpenAI,
  openRouter,
  mistral,
  openAIResponses,
  anthropicMessages,
  gemini,
  cohere,
  bedrock,
  ollama,
  aiSdk,
  plainText,
  auto,
]

/** JSON that keeps hitting the names and words that the dialects look for. */
const NAMES = (
  'choices message content refusal tool_calls function_call function custom arguments input id ' +
  'name finish_reason usage prompt_tokens input_tokens output_tokens prompt_tokens_details ' +
  'candidates parts promptFeedback usageMetadata thought functionCall stopReason toolUse done response ' +
  'thinking reasoning delta finishReason raw unified inputTokens total toolCallId contents config data ' +
  'output status incomplete_details reason error code type text call_id stop_reason stop_details ' +
  'model messages tools functions response_format format max_tokens thinking role system source ' +
  'item call_id action environment execution summary partialArgs willContinue args citationsContent ' +
  'contentBlockStart contentBlockDelta start image audio transcript content_block partial_json index ' +
  'total_tokens promptTokenCount thoughtsTokenCount inputTokenDetails toolCallId toolName providerExecuted'
).split(' ')
const WORDS = (
  'message output_text text refusal function_call tool_use completed incomplete failed stop ' +
  'length constructor __proto__ user assistant tool system image base64 json_schema ' +
  'response.output_item.done response.output_item.added shell_call tool-call tool-input-delta ' +
  'content_block_start content_block_delta content_block_stop message_delta server null'
).split(' ')
const { wire } = fc.letrec<{ wire: unknown }>((tie) => ({
  wire: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.constantFrom<unknown>(...WORDS, '', null, 0, -1, Infinity, true, '<html>'),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('wire'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('wire'), { maxKeys: 8 }),
  ),
}))

/** Requests with turns, tools and instructions, on every wire. */
const text = fc.string({ maxLength: 8 })
const message = fc.oneof(
  fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: text }),
  fc.record({ role: fc.constant('user'), content: fc.constant([{ type: 'image', source: {} }]) }),
)
const messages = fc.array(message, { minLength: 1, maxLength: 6 })
const model = fc.constantFrom('small', 'large')
const request = fc.oneof(
  fc.record({ model, messages }),
  fc.record({ model, messages, max_tokens: fc.nat(), system: text }),
  fc.record({ model, input: fc.oneof(text, messages) }),
  fc.record({ model, contents: fc.constant([{ role: 'user', parts: [{ text: 'x' }] }]) }),
  fc.record({
    modelId: model,
    messages: fc.constant([{ role: 'user', content: [{ text: 'x' }] }]),
  }),
  fc.record({ prompt: fc.constant([{ role: 'user', content: [{ type: 'text', text: 'x' }] }]) }),
  fc.record({ prompt: text }),
  text,
)

/** Requests by name, with anything in them. */
const oddRequest = fc
  .record({
    field: fc.constantFrom('messages', 'input', 'contents', 'prompt'),
    turns: fc.array(wire, { maxLength: 4 }),
    more: fc.dictionary(fc.constantFrom(...NAMES), wire, { maxKeys: 3 }),
  })
  .map(({ field, turns, more }): object => Object.assign({}, more, { [field]: turns }))

const SCHEMA = { type: 'object', properties: {}, additionalProperties: false }

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}

describe.each(ALL)('$name', (dialect) => {
  test('reads any JSON without throwing', () => {
    fc.assert(
      fc.property(wire, (response) => {
        const { text: said, finish, tools, usage } = dialect.read(response)
        expect(typeof said).toBe('string')
        expect(typeof finish).toBe('string')
        expect(tools.every((tool) => typeof tool.arguments === 'string')).toBe(true)
        expect(usage.inputTokens + usage.outputTokens).toBeGreaterThanOrEqual(0)
        expect(typeof dialect.isResponse(response)).toBe('boolean')
        const seen = readStream(dialect.stream!, [response, response]).seen
        expect(typeof seen.text).toBe('string')
        dialect.stream!.withoutText!(response, 1)
        dialect.join!([response, response])
      }),
      { numRuns: 500 },
    )
  })

  test('tells of any JSON whether it is a request, and what a request needs, without throwing', () => {
    fc.assert(
      fc.property(wire, (anything) => {
        expect(typeof dialect.isRequest(anything)).toBe('boolean')
        expect(dialect.needs(anything).inputTokens).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 500 },
    )
  })

  test('rewrites whatever it takes for a request without throwing', () => {
    fc.assert(
      fc.property(oddRequest, (anything) => {
        const partial = dialect.read(CHAT.cut)
        expect(() => {
          sanitize(anything, { from: 'one', to: 'other' })
          if (!dialect.isRequest(anything)) return
          dialect.withModel(anything, 'other')
          dialect.withMaxTokens(anything, 7)
          dialect.withMessage(anything, 'user', 'More.')
          dialect.withoutOldestTurn(anything)
          dialect.withSchema?.(anything, SCHEMA, 'point')
          dialect.withContinuation?.(anything, partial)
        }).not.toThrow()
      }),
      { numRuns: 200 },
    )
  })

  test('gives the same answer for the same response', () => {
    for (const response of [CHAT.hello, RESPONSES.hello, MESSAGES.hello, { text: 'Hi' }]) {
      expect(dialect.read(response)).toBe(dialect.read(response))
    }
  })

  test('rewrites frozen requests and leaves them as they were', () => {
    fc.assert(
      fc.property(request, (given) => {
        fc.pre(dialect.isRequest(given))
        const before = structuredClone(given)
        deepFreeze(given)
        dialect.withModel(given, 'other')
        dialect.withMaxTokens(given, 7)
        dialect.withMessage(given, 'user', 'More.')
        dialect.withoutOldestTurn(given)
        dialect.withSchema?.(given, SCHEMA, 'point')
        dialect.withContinuation?.(given, dialect.read(CHAT.cut))
        expect(given).toEqual(before)
      }),
    )
  })

  test('every rewrite is a request of the same wire again', () => {
    fc.assert(
      fc.property(request, (given) => {
        fc.pre(dialect.isRequest(given))
        expect(dialect.isRequest(dialect.withModel(given, 'other'))).toBe(true)
        expect(dialect.isRequest(dialect.withMaxTokens(given, 7))).toBe(true)
        expect(dialect.isRequest(dialect.withMessage(given, 'user', 'More.'))).toBe(true)
      }),
    )
  })

  test('a message more needs at least as many tokens, a turn less at most as many', () => {
    fc.assert(
      fc.property(request, (given) => {
        fc.pre(dialect.isRequest(given))
        const { inputTokens } = dialect.needs(given)
        const longer = dialect.withMessage(given, 'user', 'One more message.')
        expect(dialect.needs(longer).inputTokens).toBeGreaterThan(inputTokens)
        const shorter = dialect.withoutOldestTurn(given) ?? given
        expect(dialect.needs(shorter).inputTokens).toBeLessThanOrEqual(inputTokens)
      }),
    )
  })
})
