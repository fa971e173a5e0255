import { describe, expect, test } from 'vitest'

import { CHAT, MESSAGES, NO_ANSWERS, RESPONSES } from '../test/wire-answers.ts'
import { openAIResponses } from './openai-responses.ts'
import type { ResponsesRequest, ResponsesResponse } from './openai-responses.ts'

const read = (response: unknown) => openAIResponses.read(response as ResponsesResponse)
const hello: ResponsesRequest = { model: 'gpt-5', input: 'Hello' }

describe('reading', () => {
  test('joins the text of all parts, keeps reasoning apart, tells usage', () => {
    expect(read(RESPONSES.hello)).toEqual({
      text: 'Hello!',
      reasoning: 'hm',
      finish: 'stop',
      rawFinish: 'completed',
      tools: [],
      usage: {
        inputTokens: 328,
        outputTokens: 52,
        cachedInputTokens: 128,
        reasoningTokens: 40,
        source: 'reported',
      },
      model: 'gpt-5',
      id: 'resp_1',
    })
  })

  test.each([
    ['cut', 'length', 'max_output_tokens'],
    ['filtered', 'content-filter', 'content_filter'],
    ['steered', 'length', 'steered'],
    ['blocked', 'content-filter', 'bio_policy'],
    ['promptBlocked', 'content-filter', 'invalid_prompt'],
    ['failed', 'error', 'server_error'],
    ['windowFull', 'context-window', 'context_length_exceeded'],
    ['refusal', 'refusal', 'completed'],
    ['calls', 'tool-calls', 'completed'],
    ['queued', 'unknown', 'queued'],
    ['cancelled', 'error', 'cancelled'],
  ] as const)('%s finishes as %s, in its own words %s', (name, finish, rawFinish) => {
    expect(read(RESPONSES[name])).toMatchObject({ finish, rawFinish })
  })

  test('R-75 the refusal stands in a content part', () => {
    expect(read(RESPONSES.refusal)).toMatchObject({ text: '', refusal: 'no' })
  })

  test('tool calls carry the id that their results must name', () => {
    expect(read(RESPONSES.calls).tools).toEqual([
      { id: 'call_1', name: 'f', arguments: '{"a":1}' },
      { id: 'call_2', name: 'sql', arguments: 'select 1' },
    ])
  })

  test('a failure without a code is an error', () => {
    expect(read({ status: 'failed', output: [], error: null })).toMatchObject({
      finish: 'error',
      rawFinish: 'failed',
    })
  })

  test('what is no answer reads as an empty one', () => {
    for (const response of NO_ANSWERS) {
      expect(openAIResponses.isResponse(response)).toBe(false)
      expect(read(response)).toMatchObject({ text: '', finish: 'unknown', tools: [] })
    }
  })

  test('recognises its own answers only', () => {
    expect(Object.values(RESPONSES).every((it) => openAIResponses.isResponse(it))).toBe(true)
    expect(Object.values(CHAT).some((it) => openAIResponses.isResponse(it))).toBe(false)
    expect(Object.values(MESSAGES).some((it) => openAIResponses.isResponse(it))).toBe(false)
  })
})

describe('what a request needs', () => {
  test('tools, a JSON schema, images, streaming and a limit are seen', () => {
    const request = {
      ...hello,
      instructions: 'x'.repeat(4000),
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://x.test/a' }] }],
      tools: [{ type: 'function', name: 'f', parameters: {} }],
      text: { format: { type: 'json_schema', name: 'x', schema: {} } },
      stream: true,
      max_output_tokens: 200,
    }
    const needs = openAIResponses.needs(request)
    expect(needs).toMatchObject({
      tools: true,
      jsonSchema: true,
      vision: true,
      streaming: true,
      maxOutputTokens: 200,
    })
    expect(needs.inputTokens).toBeGreaterThan(1765)
    expect(needs.inputTokens).toBeLessThan(1820)
  })

  test('a string is all the prompt there is', () => {
    expect(openAIResponses.needs(hello).inputTokens).toBe(2)
  })
})

describe('rewriting', () => {
  test('the limit never falls below the 16 that the API takes', () => {
    expect(openAIResponses.withMaxTokens(hello, 500).max_output_tokens).toBe(500)
    expect(openAIResponses.withMaxTokens(hello, 3).max_output_tokens).toBe(16)
  })

  test('a string input becomes a message when another follows', () => {
    expect(openAIResponses.withMessage(hello, 'user', 'Again').input).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'user', content: 'Again' },
    ])
    expect(openAIResponses.withMessage({ model: 'gpt-5' }, 'user', 'Hi').input).toEqual([
      { role: 'user', content: 'Hi' },
    ])
  })

  test('a string is one turn and cannot lose it', () => {
    expect(openAIResponses.withoutOldestTurn(hello)).toBeUndefined()
  })

  test('function calls, their outputs and reasoning leave with their turn', () => {
    const developer = { role: 'developer', content: 'Be brief.' }
    const last = [{ role: 'user', content: 'And in Rome?' }]
    const input = [
      developer,
      { role: 'user', content: 'Weather in Oslo?' },
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'snow' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Snow.' }] },
      ...last,
    ]
    const shorter = openAIResponses.withoutOldestTurn({ ...hello, input })
    expect(shorter).toEqual({ ...hello, input: [developer, ...last] })
  })

  test('an output or an approval that comes a turn late keeps both turns together', () => {
    const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }
    const output = { type: 'function_call_output', call_id: 'a', output: '1' }
    const ask = { type: 'mcp_approval_request', id: 'mcpr_1', name: 'f', arguments: '{}' }
    const approve = { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }
    const [first, second, third] = ['1', '2', '3'].map((content) => ({ role: 'user', content }))
    for (const [begin, end] of [
      [call, output],
      [ask, approve],
    ] as const) {
      const input = [first!, begin, second!, end]
      expect(openAIResponses.withoutOldestTurn({ ...hello, input })).toBeUndefined()
      expect(openAIResponses.withoutOldestTurn({ ...hello, input: [...input, third!] })).toEqual({
        ...hello,
        input: [third],
      })
    }
  })
})
