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
  modelOf: (url: string) => AnyModel,
): Client => ({
  name,
  protocol,
  async *read({ url, prompt, stack, careless = false }: Ask) {
    const { fullStream } = stream({
      model: stack.model(modelOf(url)),
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

/** The AI SDK: two generations, three providers, and both APIs of OpenAI. */
export const ai: readonly Client[] = [
  clientOf('ai 7 openai.chat', 'chat', seven, (url) =>
    createOpenAI({ apiKey, baseURL: `${url}/v1` }).chat(MODELS.openai),
  ),
  clientOf('ai 7 openai', 'responses', seven, (url) =>
    createOpenAI({ apiKey, baseURL: `${url}/v1` })(MODELS.openai),
  ),
  clientOf('ai 7 anthropic', 'messages', seven, (url) =>
    createAnthropic({ apiKey, baseURL: `${url}/v1` })(MODELS.anthropic),
  ),
  clientOf('ai 7 google', 'gemini', seven, (url) =>
    createGoogleGenerativeAI({ apiKey, baseURL: `${url}/v1beta` })(MODELS.gemini),
  ),
  clientOf('ai 6 openai.chat', 'chat', six, (url) =>
    createOpenAI6({ apiKey, baseURL: `${url}/v1` }).chat(MODELS.openai),
  ),
  clientOf('ai 6 openai', 'responses', six, (url) =>
    createOpenAI6({ apiKey, baseURL: `${url}/v1` })(MODELS.openai),
  ),
  clientOf('ai 6 anthropic', 'messages', six, (url) =>
    createAnthropic6({ apiKey, baseURL: `${url}/v1` })(MODELS.anthropic),
  ),
  clientOf('ai 6 google', 'gemini', six, (url) =>
    createGoogle6({ apiKey, baseURL: `${url}/v1beta` })(MODELS.gemini),
  ),
]
