import type { IncomingHttpHeaders } from 'node:http'

/** The paths that the server answers. */
export type Endpoint =
  | '/v1/chat/completions'
  | '/v1/responses'
  | '/v1/messages'
  // Of v1, too; followed by `/{model}:generateContent` or `/{model}:streamGenerateContent?alt=sse`.
  | '/v1beta/models'

/** What a request asks for, whatever its wire. */
export interface ChaosRequest {
  readonly endpoint: Endpoint
  readonly model: string
  /** The text of the last user message. */
  readonly prompt: string
  /** All the text that the model would read; its tokens are the input that is billed. */
  readonly input: string
  readonly stream: boolean
  /** A JSON answer is asked for: by schema, by mode, or by the word JSON in the prompt. */
  readonly json: boolean
  /** Tokens after which the answer is cut with the wire's word for `length`. */
  readonly maxTokens: number
  /** The last chunk of a Chat Completions stream carries the usage. */
  readonly includeUsage: boolean
  readonly headers: IncomingHttpHeaders
  /** The body as it was parsed. */
  readonly body: JsonObject
}

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** All the text in a message's content: a string, or parts that carry one. */
const textIn = (content: unknown): string => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: unknown) =>
      isObject(part) && typeof part['text'] === 'string' ? part['text'] : '',
    )
    .join('')
}

/** The prompt and the whole input of a list of messages. */
export const readMessages = (
  messages: readonly unknown[],
  system: unknown,
): { prompt: string; input: string } => {
  const texts = messages.filter(isObject).map((message) => ({
    user: message['role'] === 'user',
    text: textIn(message['content']),
  }))
  return {
    prompt: texts.findLast((message) => message.user)?.text ?? '',
    input: [textIn(system), ...texts.map((message) => message.text)].filter(Boolean).join('\n'),
  }
}

/** The word by which a prompt asks for JSON when its request has no field for it. */
export const asksForJson = (prompt: string, format: unknown): boolean =>
  /\bJSON\b/.test(prompt) || (isObject(format) && String(format['type']).startsWith('json'))

/** A positive number of tokens, or no limit. */
export const tokenLimit = (value: unknown): number =>
  typeof value === 'number' && value > 0 ? value : Infinity
