import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import type { GenerateContentParameters, GenerateContentResponse } from '@google/genai'
import { pipeline } from '@holdfast/core'
import type { Dialect } from '@holdfast/core'
import { collect, streaming, StreamInterruptedError } from '@holdfast/core/stream'
import { fallback } from '@holdfast/fallback'
import {
  aiSdk,
  anthropicMessages,
  auto,
  gemini,
  openAIChat,
  openAIResponses,
  sanitizer,
} from '@holdfast/providers'
import type {
  AiSdkRequest,
  AiSdkResponse,
  ChatRequest,
  ChatResponse,
  GeminiRequest,
  GeminiResponse,
  MessagesRequest,
  MessagesResponse,
  ResponsesRequest,
  ResponsesResponse,
} from '@holdfast/providers'
import { RETRY_DEFAULTS, retry } from '@holdfast/retry'
import { generateText } from 'ai'
import type { MockLanguageModelV3, MockLanguageModelV4 } from 'ai/test'
import OpenAI from 'openai'
import { describe, expect, expectTypeOf, test } from 'vitest'

type CallOptions = Parameters<MockLanguageModelV4['doGenerate']>[0]
type Generated = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>
type CallOptionsV3 = Parameters<MockLanguageModelV3['doGenerate']>[0]
type GeneratedV3 = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>

// The dialects know the SDKs' types by shape only; that they fit is checked here.
describe("the SDKs' own types fit", () => {
  test('requests', () => {
    expectTypeOf<OpenAI.ChatCompletionCreateParams>().toExtend<ChatRequest>()
    expectTypeOf<OpenAI.Responses.ResponseCreateParams>().toExtend<ResponsesRequest>()
    expectTypeOf<Anthropic.MessageCreateParams>().toExtend<MessagesRequest>()
    expectTypeOf<GenerateContentParameters>().toExtend<GeminiRequest>()
    expectTypeOf<CallOptions>().toExtend<AiSdkRequest>()
    expectTypeOf<CallOptionsV3>().toExtend<AiSdkRequest>()
  })

  test('answers', () => {
    expectTypeOf<OpenAI.ChatCompletion>().toExtend<ChatResponse>()
    expectTypeOf<OpenAI.Responses.Response>().toExtend<ResponsesResponse>()
    expectTypeOf<Anthropic.Message>().toExtend<MessagesResponse>()
    expectTypeOf<GenerateContentResponse>().toExtend<GeminiResponse>()
    expectTypeOf<Generated>().toExtend<AiSdkResponse>()
    expectTypeOf<GeneratedV3>().toExtend<AiSdkResponse>()
  })
})

/** The SDK as it comes, but for a `fetch` that answers from here and keeps what was sent. */
function wire(body: object): { fetch: typeof fetch; sent: () => unknown } {
  let sent: unknown
  return {
    fetch: (_, init) => {
      sent = JSON.parse(init?.body as string)
      return Promise.resolve(Response.json(body, { headers: { 'x-request-id': 'req_1' } }))
    },
    sent: () => sent,
  }
}

describe('what the SDKs return is read', () => {
  test('openai, Chat Completions', async () => {
    const { fetch, sent } = wire({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt-4o-2024-08-06',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    })
    const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 })
    const request: OpenAI.ChatCompletionCreateParamsNonStreaming = {
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Hello' }],
    }
    const shorter = openAIChat.withMaxTokens(request, 100)
    const answer = openAIChat.read(await client.chat.completions.create(shorter as typeof request))
    expect(sent()).toEqual({ ...request, max_completion_tokens: 100 })
    expect(answer).toMatchObject({ text: 'Hi', finish: 'stop', id: 'chatcmpl-1' })
    expect(answer.usage).toEqual({ inputTokens: 9, outputTokens: 1, source: 'reported' })
  })

  test('openai, Responses', async () => {
    const { fetch, sent } = wire({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-5',
      output: [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      ],
      usage: { input_tokens: 9, output_tokens: 1, total_tokens: 10 },
    })
    const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 })
    const request: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
      model: 'gpt-5',
      input: 'Hello',
    }
    const longer = openAIResponses.withMessage(request, 'user', 'Anyone?')
    const answer = openAIResponses.read(await client.responses.create(longer as typeof request))
    expect(sent()).toEqual({
      model: 'gpt-5',
      input: [
        { role: 'user', content: 'Hello' },
        { role: 'user', content: 'Anyone?' },
      ],
    })
    expect(answer).toMatchObject({ text: 'Hi', finish: 'stop', model: 'gpt-5' })
  })

  test('@anthropic-ai/sdk, Messages', async () => {
    const { fetch, sent } = wire({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, cache_read_input_tokens: 6, output_tokens: 1 },
    })
    const client = new Anthropic({ apiKey: 'k', fetch, maxRetries: 0 })
    const request: Anthropic.MessageCreateParamsNonStreaming = {
      model: 'claude-opus-4-5',
      max_tokens: 1024,
      messages: [{ role: 'user', content: 'Hello' }],
    }
    const faster = anthropicMessages.withModel(request, 'claude-sonnet-4-5')
    const answer = anthropicMessages.read(await client.messages.create(faster as typeof request))
    expect(sent()).toEqual({ ...request, model: 'claude-sonnet-4-5' })
    expect(answer).toMatchObject({ text: 'Hi', finish: 'stop' })
    expect(answer.usage).toMatchObject({ inputTokens: 9, cachedInputTokens: 6 })
  })

  test('openai hands over a page of HTML as if it were an answer; auto says that it is none', async () => {
    const page = (): Promise<Response> =>
      Promise.resolve(
        new Response('<!DOCTYPE html><html>Sign in</html>', {
          headers: { 'content-type': 'text/html' },
        }),
      )
    const client = new OpenAI({ apiKey: 'k', fetch: page, maxRetries: 0 })
    const response: unknown = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Hello' }],
    })
    expect(response).toBeTypeOf('string')
    expect(auto.isResponse(response)).toBe(false)
    expect(openAIChat.read(response as OpenAI.ChatCompletion).finish).toBe('unknown')
  })

  test('@google/genai', async () => {
    const { fetch, sent } = wire({
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1 },
      modelVersion: 'gemini-3-pro',
    })
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { fetch } })
    const request: GenerateContentParameters = { model: 'gemini-3-pro', contents: 'Hello' }
    const asked = gemini.withSchema?.(gemini.withMaxTokens(request, 100), { type: 'object' }, 'x')
    const response = await client.models.generateContent(asked as GenerateContentParameters)
    expect(sent()).toMatchObject({
      generationConfig: {
        maxOutputTokens: 100,
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object' },
      },
    })
    expect(gemini.read(response)).toMatchObject({
      text: 'Hi',
      finish: 'stop',
      model: 'gemini-3-pro',
    })
    // A copy keeps the getters of the SDK's class.
    expect(gemini.join?.([response, response])).toHaveProperty('text', 'HiHi')
  })

  test('ai: what a language model returns, and what generateText does', async () => {
    const { fetch } = wire({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o-2024-08-06',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'length' },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    })
    const model = createOpenAI({ apiKey: 'k', fetch }).chat('gpt-4o')
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }]
    const generated: Generated = await model.doGenerate({ prompt })
    const result = await generateText({ model, prompt: 'Hello', maxRetries: 0 })
    for (const answer of [aiSdk.read(generated), aiSdk.read(result as never)]) {
      expect(answer).toMatchObject({ text: 'Hi', finish: 'length', model: 'gpt-4o-2024-08-06' })
      expect(answer.usage).toMatchObject({ inputTokens: 9, outputTokens: 1, source: 'reported' })
    }
  })
})

/** A conversation in which Claude has thought, called a tool, and signed for it. */
const history: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-opus-4-5',
  max_tokens: 2048,
  messages: [
    { role: 'user', content: 'What is the weather?' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'I should look.', signature: 'c2lnbmVk' },
        { type: 'tool_use', id: 'functions.weather:0', name: 'weather', input: {} },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'functions.weather:0', content: 'rain' }],
    },
    { role: 'user', content: 'And tomorrow?' },
  ],
}
const hello = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 1 },
}

describe('a history that Claude has signed', () => {
  /** Rejects the first request if it is told how, and keeps the bytes of all. */
  function strict(rejection?: string): { client: Anthropic; sent: string[] } {
    const sent: string[] = []
    const client = new Anthropic({
      apiKey: 'k',
      maxRetries: 0,
      fetch: (_, init) => {
        sent.push(init?.body as string)
        const error = { type: 'invalid_request_error', message: rejection }
        return Promise.resolve(
          rejection !== undefined && sent.length === 1
            ? Response.json({ type: 'error', error }, { status: 400 })
            : Response.json(hello),
        )
      },
    })
    return { client, sent }
  }

  test('R-45 leaves for another provider of the same wire without its seals, in the very bytes', async () => {
    const { client, sent } = strict()
    const chat = pipeline(
      (body: Anthropic.MessageCreateParamsNonStreaming): Promise<Anthropic.Message> =>
        Promise.reject(Object.assign(new Error(`${body.model} is overloaded`), { status: 529 })),
      [
        fallback([
          {
            id: 'elsewhere',
            provider: 'moonshot',
            call: (body: Anthropic.MessageCreateParamsNonStreaming) => client.messages.create(body),
            request: sanitizer({ from: 'anthropic' }),
          },
        ]),
      ],
      { provider: 'anthropic', dialect: anthropicMessages },
    )
    await chat(history)
    expect(sent).toHaveLength(1)
    expect(sent[0]).not.toMatch(/signature|c2lnbmVk|functions\.weather:0/)
    expect(sent[0]).toContain('"tool_use"')
    expect(sent[0]).toContain('And tomorrow?')
  })

  test('R-46 reactive: the rejected history is mended and sent to the same target once', async () => {
    const { client, sent } = strict(
      'messages.1.content.0: the `thinking` block was signed by another',
    )
    const chat = pipeline(
      (body: Anthropic.MessageCreateParamsNonStreaming) => client.messages.create(body),
      [
        retry({
          on: [...RETRY_DEFAULTS.on, 'invalid-request'],
          baseDelayMs: 0,
          adapt: sanitizer({ mode: 'reactive' }),
        }),
      ],
      { provider: 'anthropic', dialect: anthropicMessages },
    )
    expect(anthropicMessages.read(await chat(history)).text).toBe('Hi')
    expect(sent).toHaveLength(2)
    expect(sent[0]).toContain('c2lnbmVk')
    expect(sent[1]).not.toContain('c2lnbmVk')
  })
})

/** Server-sent events; with `event:` lines where the wire has them. */
const sse = (events: readonly object[], names: boolean): string =>
  events
    .map(
      (it) =>
        `${names ? `event: ${(it as { type: string }).type}\n` : ''}data: ${JSON.stringify(it)}\n\n`,
    )
    .join('')

type Opens = (
  fetch: typeof globalThis.fetch,
) => Promise<AsyncIterable<unknown> | ReadableStream<unknown>>
const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
})
const chatEvents = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo!' }),
  chunk({}, 'stop'),
]
const chatBody = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] }

/** The real client of each wire, and what its server sends. */
const STREAMS: readonly {
  readonly name: string
  readonly dialect: Dialect
  readonly events: readonly object[]
  readonly named: boolean
  readonly opens: Opens
}[] = [
  {
    name: 'openai, Chat Completions',
    dialect: openAIChat,
    events: chatEvents,
    named: false,
    opens: (fetch) =>
      new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 }).chat.completions.create({
        ...chatBody,
        stream: true,
      }),
  },
  {
    name: 'openai, Responses',
    dialect: openAIResponses,
    events: [
      { type: 'response.created', response: { id: 'r1', status: 'in_progress', output: [] } },
      { type: 'response.output_text.delta', delta: 'Hel' },
      { type: 'response.output_text.delta', delta: 'lo!' },
      { type: 'response.completed', response: { id: 'r1', status: 'completed', output: [] } },
    ],
    named: true,
    opens: (fetch) =>
      new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 }).responses.create({
        model: 'm',
        input: 'Hi',
        stream: true,
      }),
  },
  {
    name: '@anthropic-ai/sdk',
    dialect: anthropicMessages,
    events: [
      { type: 'message_start', message: { ...hello, content: [], stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo!' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ],
    named: true,
    opens: (fetch) =>
      new Anthropic({ apiKey: 'k', fetch, maxRetries: 0 }).messages.create({
        ...chatBody,
        max_tokens: 9,
        stream: true,
      }),
  },
  {
    name: '@google/genai',
    dialect: gemini,
    events: [
      { candidates: [{ content: { role: 'model', parts: [{ text: 'Hel' }] } }] },
      { candidates: [{ content: { role: 'model', parts: [{ text: 'lo!' }] } }] },
      { candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP' }] },
    ],
    named: false,
    opens: (fetch) =>
      new GoogleGenAI({ apiKey: 'k', httpOptions: { fetch } }).models.generateContentStream({
        model: 'm',
        contents: 'Hi',
      }),
  },
  {
    name: 'ai',
    dialect: aiSdk,
    events: chatEvents,
    named: false,
    opens: async (fetch) => {
      const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }]
      return (await createOpenAI({ apiKey: 'k', fetch }).chat('m').doStream({ prompt })).stream
    },
  },
]

describe('what the SDKs stream is read', () => {
  const open =
    (opens: Opens, body: string): Opens =>
    () =>
      opens(() =>
        Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } })),
      )

  test.each(STREAMS)('$name: a whole stream', async ({ dialect, events, named, opens }) => {
    const source = open(opens, sse(events, named))
    const chat = pipeline(
      streaming(() => source(fetch)),
      [],
      { dialect },
    )
    const answer = await collect(await chat({}))
    expect(answer).toMatchObject({ text: 'Hello!', finish: 'stop' })
  })

  test.each(STREAMS)(
    'R-5 $name: a stream that is cut is no answer, however the SDK ends it',
    async ({ dialect, events, named, opens }) => {
      const source = open(opens, sse(events.slice(0, -1), named))
      const chat = pipeline(
        streaming(() => source(fetch)),
        [],
        { dialect },
      )
      const error: unknown = await collect(await chat({})).catch((failure: unknown) => failure)
      expect(StreamInterruptedError.is(error)).toBe(true)
      expect(error).toMatchObject({ fault: { kind: 'incomplete' }, partial: { text: 'Hello!' } })
    },
  )
})
