import { textOfChunk, type ChatChunk } from './chunk.ts'
import { MODELS, type Client, type Protocol } from './client.ts'
import { readEvents } from './sse.ts'

/** How a protocol is spoken by hand. */
interface Spoken {
  readonly path: string
  readonly body: (prompt: string) => object
  readonly text: (event: never) => string
}

const messages = (content: string): object[] => [{ role: 'user', content }]

const SPOKEN: Readonly<Record<Protocol, Spoken>> = {
  chat: {
    path: '/v1/chat/completions',
    body: (prompt) => ({ model: MODELS.openai, messages: messages(prompt), stream: true }),
    text: (event: ChatChunk) => textOfChunk(event),
  },
  responses: {
    path: '/v1/responses',
    body: (input) => ({ model: MODELS.openai, input, stream: true }),
    text: ({ type, delta }: { type?: string; delta?: string }) =>
      /(output_text|function_call_arguments)\.delta$/.test(type ?? '') ? (delta ?? '') : '',
  },
  messages: {
    path: '/v1/messages',
    body: (prompt) => ({
      model: MODELS.anthropic,
      max_tokens: 1024,
      messages: messages(prompt),
      stream: true,
    }),
    text: ({ delta }: { delta?: { text?: string; partial_json?: string } }) =>
      delta?.text ?? delta?.partial_json ?? '',
  },
  gemini: {
    path: `/v1beta/models/${MODELS.gemini}:streamGenerateContent?alt=sse`,
    body: (text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
    text: ({ candidates }: { candidates?: { content?: { parts?: GeminiPart[] } }[] }) =>
      (candidates?.[0]?.content?.parts ?? []).map(textOfPart).join(''),
  },
}

/** A part of a Gemini answer. */
export interface GeminiPart {
  readonly text?: string
  readonly thought?: boolean
  readonly functionCall?: { readonly args?: unknown }
}

/** The text that a part of a Gemini answer shows. */
export const textOfPart = ({ text = '', thought, functionCall }: GeminiPart): string => {
  if (functionCall !== undefined) return JSON.stringify(functionCall.args)
  return thought === true ? '' : text
}

/** `fetch` and a loop, for each protocol. */
export const rawFetch: readonly Client[] = Object.entries(SPOKEN).map(
  ([protocol, { path, body, text }]): Client => ({
    name: `fetch, ${protocol}`,
    protocol: protocol as Protocol,
    async *read({ url, prompt, stack }) {
      const response = await (stack.fetch ?? fetch)(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body(prompt)),
      })
      for await (const event of readEvents(response)) yield { text: text(event as never) }
    },
  }),
)
