import { createAnthropic } from '@ai-sdk/anthropic'
import { createAnthropic as createAnthropic6 } from '@ai-sdk/anthropic6'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createGoogleGenerativeAI as createGoogle6 } from '@ai-sdk/google6'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAI as createOpenAI6 } from '@ai-sdk/openai6'
import type { AnyModel } from '@holdfast/ai-sdk'
import { jsonSchema, streamText, tool } from 'ai'
import { streamText as streamText6 } from 'ai6'

import { MODELS, type Ask, type Client, type Protocol } from './client.ts'

/** What both generations have in common as far as a reader of `fullStream` goes. */
interface Part {
  readonly type: string
  readonly text?: string
  readonly delta?: string
  readonly error?: unknown
}
type StreamText = (options: object) => { readonly fullStream: AsyncIterable<Part> }

const tools = {
  note: tool({
    description: 'Notes some words.',
    inputSchema: jsonSchema<{ words: string }>({
      type: 'object',
      properties: { words: { type: 'string' } },
      required: ['words'],
    }),
  }),
}

const clientOf = (
  name: string,
  protocol: Protocol,
  stream: StreamText,
  modelOf: (ask: Ask) => AnyModel,
): Client => ({
  name,
  protocol,
  async *read(ask: Ask) {
    const { prompt, stack, careless = false } = ask
    const { fullStream } = stream({
      model: modelOf(ask),
      prompt,
      tools,
      // The default prints; what it is told comes as an error part, too.
      onError: () => {},
      ...(stack.retries && !careless && { maxRetries: 0 }),
    })
    for await (const part of fullStream) {
      if (part.type === 'text-delta') yield { text: part.text ?? '' }
      if (part.type === 'tool-input-delta') yield { text: part.delta ?? '' }
      if (part.type === 'error') yield { error: part.error }
    }
  },
})

const apiKey = 'none'

const seven = streamText as unknown as StreamText
const six = streamText6 as unknown as StreamText

/** The AI SDK: two generations, three providers, both APIs of OpenAI, and both ways to adopt. */
export const ai: readonly Client[] = [
  clientOf('ai 7 openai.chat', 'chat', seven, ({ url, stack }) =>
    stack.model(createOpenAI({ apiKey, baseURL: `${url}/v1` }).chat(MODELS.openai)),
  ),
  clientOf('ai 7 openai', 'responses', seven, ({ url, stack }) =>
    stack.model(createOpenAI({ apiKey, baseURL: `${url}/v1` })(MODELS.openai)),
  ),
  clientOf('ai 7 anthropic', 'messages', seven, ({ url, stack }) =>
    stack.model(createAnthropic({ apiKey, baseURL: `${url}/v1` })(MODELS.anthropic)),
  ),
  clientOf('ai 7 google', 'gemini', seven, ({ url, stack }) =>
    stack.model(createGoogleGenerativeAI({ apiKey, baseURL: `${url}/v1beta` })(MODELS.gemini)),
  ),
  // By the `fetch` of its provider: the model itself is as it comes.
  clientOf('ai 7 openai, fetch', 'responses', seven, ({ url, stack: { fetch } }) =>
    createOpenAI({ apiKey, baseURL: `${url}/v1`, ...(fetch && { fetch }) })(MODELS.openai),
  ),
  clientOf('ai 6 openai.chat', 'chat', six, ({ url, stack }) =>
    stack.model(createOpenAI6({ apiKey, baseURL: `${url}/v1` }).chat(MODELS.openai)),
  ),
  clientOf('ai 6 openai', 'responses', six, ({ url, stack }) =>
    stack.model(createOpenAI6({ apiKey, baseURL: `${url}/v1` })(MODELS.openai)),
  ),
  clientOf('ai 6 anthropic', 'messages', six, ({ url, stack }) =>
    stack.model(createAnthropic6({ apiKey, baseURL: `${url}/v1` })(MODELS.anthropic)),
  ),
  clientOf('ai 6 google', 'gemini', six, ({ url, stack }) =>
    stack.model(createGoogle6({ apiKey, baseURL: `${url}/v1beta` })(MODELS.gemini)),
  ),
]
