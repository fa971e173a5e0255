import Anthropic from '@anthropic-ai/sdk'
import { anthropicMessages, auto, openAIChat, openAIResponses } from '@holdfast/providers'
import type {
  ChatRequest,
  ChatResponse,
  MessagesRequest,
  MessagesResponse,
  ResponsesRequest,
  ResponsesResponse,
} from '@holdfast/providers'
import OpenAI from 'openai'
import { describe, expect, expectTypeOf, test } from 'vitest'

// The dialects know the SDKs' types by shape only; that they fit is checked here.
describe("the SDKs' own types fit", () => {
  test('requests', () => {
    expectTypeOf<OpenAI.ChatCompletionCreateParams>().toExtend<ChatRequest>()
    expectTypeOf<OpenAI.Responses.ResponseCreateParams>().toExtend<ResponsesRequest>()
    expectTypeOf<Anthropic.MessageCreateParams>().toExtend<MessagesRequest>()
  })

  test('answers', () => {
    expectTypeOf<OpenAI.ChatCompletion>().toExtend<ChatResponse>()
    expectTypeOf<OpenAI.Responses.Response>().toExtend<ResponsesResponse>()
    expectTypeOf<Anthropic.Message>().toExtend<MessagesResponse>()
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
})
