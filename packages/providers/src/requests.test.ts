import type { Answer, Dialect } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { aiSdk } from './ai-sdk.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrock } from './bedrock.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { openRouter } from './openrouter.ts'

const user = { role: 'user', content: 'Hi' }

describe('every wire has its own place for a limit, a message and a model', () => {
  test.each<[string, Dialect, object, object]>([
    ['Chat', openAIChat, { messages: [user] }, { max_completion_tokens: 50 }],
    ['OpenRouter', openRouter, { messages: [user] }, { max_tokens: 50 }],
    ['Mistral', mistral, { messages: [user] }, { max_tokens: 50 }],
    ["Mistral's SDK", mistral, { messages: [user], maxTokens: 9 }, { maxTokens: 50 }],
    ['Responses', openAIResponses, { input: [user] }, { max_output_tokens: 50 }],
    ['Messages', anthropicMessages, { messages: [user], max_tokens: 9 }, { max_tokens: 50 }],
    ['Gemini', gemini, { contents: 'Hi' }, { generationConfig: { maxOutputTokens: 50 } }],
    [
      "Gemini's SDK",
      gemini,
      { model: 'gemini-3-pro', contents: 'Hi', config: { temperature: 0 } },
      { config: { temperature: 0, maxOutputTokens: 50 } },
    ],
    ['Cohere', cohere, { messages: [user] }, { max_tokens: 50 }],
    [
      'Converse',
      bedrock,
      { modelId: 'm', messages: [], inferenceConfig: { topP: 1 } },
      { inferenceConfig: { topP: 1, maxTokens: 50 } },
    ],
    [
      'Ollama',
      ollama,
      { messages: [user], options: { seed: 1 } },
      { options: { seed: 1, num_predict: 50 } },
    ],
    ['the AI SDK', aiSdk, { prompt: [] }, { maxOutputTokens: 50 }],
  ])('%s', (_, dialect, request, limit) => {
    const limited = dialect.withMaxTokens(request, 50)
    expect(limited).toEqual({ ...request, ...limit })
    expect(dialect.needs(limited).maxOutputTokens).toBe(50)
  })

  test.each<[string, Dialect, object, object]>([
    [
      'Gemini',
      gemini,
      { contents: 'Hi' },
      {
        contents: [
          { role: 'user', parts: [{ text: 'Hi' }] },
          { role: 'model', parts: [{ text: 'Ho' }] },
        ],
      },
    ],
    [
      'Gemini, of one content',
      gemini,
      { contents: { parts: [] } },
      { contents: [{ parts: [] }, { role: 'model', parts: [{ text: 'Ho' }] }] },
    ],
    [
      'Converse',
      bedrock,
      { modelId: 'm', messages: [] },
      { messages: [{ role: 'assistant', content: [{ text: 'Ho' }] }] },
    ],
    [
      'the AI SDK',
      aiSdk,
      { prompt: [] },
      { prompt: [{ role: 'assistant', content: [{ type: 'text', text: 'Ho' }] }] },
    ],
    ['Ollama', ollama, { messages: [] }, { messages: [{ role: 'assistant', content: 'Ho' }] }],
  ])('an assistant says something in %s', (_, dialect, request, turns) => {
    expect(dialect.withMessage(request, 'assistant', 'Ho')).toEqual({ ...request, ...turns })
  })

  test.each([
    ['parts', [{ text: 'a' }, { inlineData: {} }], [{ text: 'a' }, { inlineData: {} }]],
    ['texts', ['a', 'b'], [{ text: 'a' }, { text: 'b' }]],
    ['one part', { text: 'a' }, [{ text: 'a' }]],
  ])("Gemini's SDK takes %s for a turn, and none of them beside one", (_, contents, parts) => {
    expect(gemini.withMessage({ model: 'm', contents }, 'assistant', 'Ho').contents).toEqual([
      { role: 'user', parts },
      { role: 'model', parts: [{ text: 'Ho' }] },
    ])
  })

  test('Converse wants its roles to alternate: what a user adds to his own is one turn', () => {
    const request = { modelId: 'm', messages: [{ role: 'user', content: [{ text: 'a' }] }] }
    expect(bedrock.withMessage(request, 'user', 'b').messages).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
    ])
    expect(bedrock.withMessage(request, 'assistant', 'b').messages).toHaveLength(2)
  })

  test('Bedrock knows a model by `modelId`; the AI SDK has none in its request', () => {
    expect(bedrock.withModel({ modelId: 'a', messages: [] }, 'b')).toMatchObject({ modelId: 'b' })
    const request = { prompt: [] }
    expect(aiSdk.withModel(request, 'b')).toBe(request)
    expect(aiSdk.modelOf(request)).toBeUndefined()
  })
})

describe('what a request needs', () => {
  const bytes = new Uint8Array(1_000_000)

  test.each<[string, Dialect, object]>([
    [
      'Gemini',
      gemini,
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'iVBORw' } }] }] },
    ],
    [
      'Converse',
      bedrock,
      { messages: [{ content: [{ image: { format: 'png', source: { bytes } } }] }] },
    ],
    ['Ollama', ollama, { messages: [{ role: 'user', content: 'x', images: ['iVBORw'] }] }],
    [
      'the AI SDK',
      aiSdk,
      { prompt: [{ content: [{ type: 'file', mediaType: 'image/png', data: bytes }] }] },
    ],
  ])('an image is seen, and counts as one, in %s', (_, dialect, request) => {
    const needs = dialect.needs(request)
    expect(needs.vision).toBe(true)
    expect(needs.inputTokens).toBeLessThan(800)
  })

  test('a tool with a parameter called "image" shows no image', () => {
    const tools = [{ function: { parameters: { properties: { image: { type: 'string' } } } } }]
    const request = { messages: [user], tools }
    expect(openAIChat.needs(request)).toMatchObject({
      vision: false,
      tools: true,
    })
  })

  test.each<[string, Dialect, object]>([
    ['Gemini', gemini, { contents: 'x', config: { tools: [{}], responseJsonSchema: {} } }],
    [
      'Converse',
      bedrock,
      {
        messages: [],
        toolConfig: { tools: [{}] },
        outputConfig: { textFormat: { type: 'json_schema' } },
      },
    ],
    ['Ollama', ollama, { messages: [], tools: [{}], format: { type: 'object' } }],
    [
      'the AI SDK',
      aiSdk,
      { prompt: [], tools: [{}], responseFormat: { type: 'json', schema: {} } },
    ],
    [
      'Cohere',
      cohere,
      { messages: [], tools: [{}], response_format: { type: 'json_object', schema: {} } },
    ],
  ])('tools and a schema are seen in %s', (_, dialect, request) => {
    expect(dialect.needs(request)).toMatchObject({ tools: true, jsonSchema: true })
  })
})

/** Closed, and nothing is optional: what OpenAI's strict mode takes. */
const POINT = {
  type: 'object',
  properties: { x: { type: 'integer', minimum: 0 } },
  required: ['x'],
  additionalProperties: false,
}
const OPEN = { type: 'object', properties: { x: {} } }
const LIST = { type: 'array', items: POINT }
const claude = (model: string, more?: object): never =>
  ({ model, max_tokens: 2000, messages: [user], ...more }) as never

describe('asking for answers of a schema', () => {
  test('Chat and Responses: strict where the schema allows it, else not', () => {
    expect(openAIChat.withSchema?.({ messages: [user] }, POINT, 'a point')).toEqual({
      messages: [user],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'a_point', schema: POINT, strict: true },
      },
    })
    const request = { input: 'Hi', text: { verbosity: 'low' } }
    expect(openAIResponses.withSchema?.(request, OPEN, 'p')).toEqual({
      input: 'Hi',
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'p', schema: OPEN } },
    })
  })

  test('a list at the root is a 400 with OpenAI, so that it is not asked for', () => {
    expect(openAIChat.withSchema?.({ messages: [user] }, LIST, 'p')).toBeUndefined()
    expect(openAIResponses.withSchema?.({ input: 'Hi' }, LIST, 'p')).toBeUndefined()
  })

  test.each<[string, object]>([
    ['says nothing of a property', {}],
    ['only describes a property', { description: 'Anything.' }],
    ['has a list of anything', { type: 'array' }],
    ['has an open object that may be null', { type: ['object', 'null'] }],
    ['allows anything', { type: 'object', additionalProperties: true, properties: {} }],
    ['hides it in a list', { type: 'array', items: {} }],
    ['hides it in a choice', { anyOf: [{ type: 'string' }, {}] }],
  ])('no strict mode for a schema that %s: it would be a 400', (_, x) => {
    const schema = { ...POINT, properties: { x } }
    const asked = openAIChat.withSchema?.({ messages: [user] }, schema, 'p')
    expect(asked).toMatchObject({ response_format: { json_schema: { schema } } })
    expect(JSON.stringify(asked)).not.toContain('strict')
  })

  test('strict mode for what is closed all the way down', () => {
    const $defs = { leaf: { enum: ['a', 'b'] } }
    const x = {
      type: 'array',
      items: { anyOf: [{ $ref: '#/$defs/leaf' }, { const: 1 }, { type: ['string', 'null'] }] },
    }
    const schema = { ...POINT, properties: { x }, $defs }
    expect(openAIChat.withSchema?.({ messages: [user] }, schema, 'p')).toMatchObject({
      response_format: { json_schema: { strict: true } },
    })
  })

  test('Claude from 4.1 on: a closed schema, without the bounds that its grammars do not know', () => {
    const asked = anthropicMessages.withSchema?.(claude('claude-sonnet-4-5-20250929'), POINT, 'p')
    expect(asked).toMatchObject({
      output_config: {
        format: {
          type: 'json_schema',
          schema: { ...POINT, properties: { x: { type: 'integer' } } },
        },
      },
    })
    expect(anthropicMessages.withSchema?.(claude('claude-opus-5'), OPEN, 'p')).toBeUndefined()
  })

  test('Claude before 4.1: a forced tool, whose input is then read as text', () => {
    const asked = anthropicMessages.withSchema?.(
      claude('claude-3-5-haiku-20241022'),
      OPEN,
      'p',
    ) as unknown as {
      tools: { name: string; input_schema: unknown }[]
      tool_choice: { name: string }
    }
    expect(asked.tools).toHaveLength(1)
    expect(asked.tools[0]?.input_schema).toEqual(OPEN)
    const { name } = asked.tool_choice
    expect(asked.tools[0]?.name).toBe(name)
    const content = [{ type: 'tool_use', id: 't', name, input: { x: 1 } }]
    const answer = anthropicMessages.read({
      type: 'message',
      content,
      stop_reason: 'tool_use',
    } as never)
    expect(answer).toMatchObject({ text: '{"x":1}', tools: [], finish: 'stop' })
  })

  test('a forced tool has a name of 64 letters at most', () => {
    const asked = anthropicMessages.withSchema?.(
      claude('claude-3-5-haiku-20241022'),
      POINT,
      'p'.repeat(99),
    ) as unknown as { tools: { name: string }[] }
    expect(asked.tools[0]?.name).toHaveLength(64)
  })

  test('a forced tool never takes the place of tools of the user, nor stops the model from thinking', () => {
    const old = 'claude-sonnet-4-20250514'
    for (const more of [{ tools: [{}] }, { thinking: { type: 'enabled', budget_tokens: 1024 } }]) {
      expect(anthropicMessages.withSchema?.(claude(old, more), POINT, 'p')).toBeUndefined()
    }
  })

  test.each<[string, Dialect, object, object]>([
    [
      'Gemini',
      gemini,
      { contents: 'Hi' },
      { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: OPEN } },
    ],
    [
      "Gemini's SDK",
      gemini,
      { model: 'm', contents: 'Hi' },
      { config: { responseMimeType: 'application/json', responseJsonSchema: OPEN } },
    ],
    [
      'Cohere',
      cohere,
      { messages: [user] },
      { response_format: { type: 'json_object', schema: OPEN } },
    ],
    ['Ollama', ollama, { messages: [user] }, { format: OPEN }],
    [
      'the AI SDK',
      aiSdk,
      { prompt: [] },
      { responseFormat: { type: 'json', schema: OPEN, name: 'p' } },
    ],
  ])('%s', (_, dialect, request, asks) => {
    const asked = dialect.withSchema?.(request, OPEN, 'p')
    expect(asked).toEqual({ ...request, ...asks })
    expect(dialect.needs(asked).jsonSchema).toBe(true)
  })

  test('Converse: as text, for strict schemas and models that know it', () => {
    const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    expect(bedrock.withSchema?.({ modelId, messages: [] }, POINT, 'p')).toMatchObject({
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { name: 'p', schema: JSON.stringify(POINT) } },
        },
      },
    })
    expect(bedrock.withSchema?.({ modelId, messages: [] }, OPEN, 'p')).toBeUndefined()
    const old = 'anthropic.claude-3-haiku-20240307-v1:0'
    expect(bedrock.withSchema?.({ modelId: old, messages: [] }, POINT, 'p')).toBeUndefined()
  })

  test('where tools and a schema exclude each other, the tools stay', () => {
    const request = { contents: 'Hi', messages: [], tools: [{}] }
    expect(gemini.withSchema?.(request, POINT, 'p')).toBeUndefined()
    expect(cohere.withSchema?.(request, POINT, 'p')).toBeUndefined()
  })

  test('the draft that a schema names is not told to those who do not know the word', () => {
    const drafted = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...POINT }
    const asked = [
      gemini.withSchema?.({ contents: 'Hi' }, drafted, 'p'),
      anthropicMessages.withSchema?.(claude('claude-opus-5'), drafted, 'p'),
      bedrock.withSchema?.({ modelId: 'amazon.nova-pro-v1:0', messages: [] }, drafted, 'p'),
    ]
    for (const request of asked) {
      expect(request).toBeDefined()
      expect(JSON.stringify(request)).not.toContain('json-schema.org')
    }
  })

  test('a request that asks for a schema already keeps its own', () => {
    const request = { messages: [], format: { type: 'object', properties: { mine: {} } } }
    expect(ollama.withSchema?.(request, POINT, 'p')).toBe(request)
  })
})

const partial = (more: Partial<Answer>): Answer => ({
  text: 'Once upon a ',
  finish: 'length',
  tools: [],
  usage: { inputTokens: 0, outputTokens: 0, source: 'none' },
  ...more,
})

describe('going on where an answer stopped', () => {
  test.each([
    'claude-3-haiku-20240307',
    'claude-3.7-sonnet',
    'claude-sonnet-4-20250514',
    'claude-opus-4@20250514',
    'claude-opus-4-0',
    'claude-opus-4-1-20250805',
    'claude-haiku-4-5',
    'anthropic/claude-sonnet-4.5',
    'anthropic.claude-v2:1',
  ])('%s goes on from a last assistant message without white space at its end', (model) => {
    const messages = [user, { role: 'assistant', content: 'Once upon a' }]
    expect(anthropicMessages.withContinuation?.(claude(model), partial({}))).toEqual({
      ...(claude(model) as object),
      messages,
    })
  })

  test.each([
    'claude-opus-4-6',
    'anthropic/claude-opus-4.6',
    'claude-sonnet-4-10',
    'claude-sonnet-5',
    'claude-opus-5-20260901',
    undefined,
  ])('R-10 %s rejects one, and gets none', (model) => {
    expect(
      anthropicMessages.withContinuation?.(claude(model as string), partial({})),
    ).toBeUndefined()
  })

  test('no prefill with thinking, with a schema, with a tool call, or with nothing', () => {
    const model = 'claude-sonnet-4-5'
    const goOn = (more: object, answer: Partial<Answer>): unknown =>
      anthropicMessages.withContinuation?.(claude(model, more), partial(answer))
    expect(goOn({ thinking: { type: 'enabled', budget_tokens: 1024 } }, {})).toBeUndefined()
    expect(goOn({ output_config: { format: { type: 'json_schema' } } }, {})).toBeUndefined()
    expect(goOn({}, { tools: [{ name: 'f', arguments: '{' }] })).toBeUndefined()
    expect(goOn({}, { text: ' ' })).toBeUndefined()
  })

  test('a paused turn of any Claude goes back as it was, server tools and all', () => {
    const content = [
      { type: 'text', text: 'Let me see.' },
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
    ]
    const answer = anthropicMessages.read({
      type: 'message',
      content,
      stop_reason: 'pause_turn',
    } as never)
    const request = claude('claude-opus-5')
    expect(anthropicMessages.withContinuation?.(request, answer)).toEqual({
      ...(request as object),
      messages: [user, { role: 'assistant', content }],
    })
  })

  test('Mistral goes on from a prefix', () => {
    expect(mistral.withContinuation?.({ messages: [user] }, partial({}))).toEqual({
      messages: [user, { role: 'assistant', content: 'Once upon a ', prefix: true }],
    })
  })

  test('Claude on Bedrock as Claude elsewhere, other models not', () => {
    const goOn = (modelId: string): unknown =>
      bedrock.withContinuation?.({ modelId, messages: [] }, partial({}))
    expect(goOn('us.anthropic.claude-3-5-sonnet-20241022-v2:0')).toMatchObject({
      messages: [{ role: 'assistant', content: [{ text: 'Once upon a' }] }],
    })
    expect(goOn('amazon.nova-pro-v1:0')).toBeUndefined()
    for (const more of [
      { outputConfig: { textFormat: { type: 'json_schema' } } },
      { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } },
    ]) {
      const request = { modelId: 'anthropic.claude-sonnet-4-20250514-v1:0', messages: [], ...more }
      expect(bedrock.withContinuation?.(request, partial({}))).toBeUndefined()
    }
  })

  test('wires without a way to go on say so', () => {
    for (const dialect of [openAIChat, openAIResponses, gemini, cohere, ollama, aiSdk]) {
      expect(dialect).not.toHaveProperty('withContinuation')
    }
  })
})
