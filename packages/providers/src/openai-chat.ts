import type { Dialect } from '@holdfast/core'

import { dialect } from './dialect.ts'
import type { Wire } from './dialect.ts'
import { chatLinks } from './links.ts'
import { chatStream } from './openai-chat-stream.ts'
import { fields } from './shape.ts'
import { isStrict } from './strict-schema.ts'

/** What the dialect reads of a Chat Completions request; the SDK's own type fits. */
export interface ChatRequest {
  readonly model?: string
  readonly messages: readonly ChatMessage[]
  readonly max_tokens?: number | null
  readonly max_completion_tokens?: number | null
}

export interface ChatMessage {
  readonly role: string
  readonly content?: unknown
}

/** What the dialect reads of a Chat Completions answer; the SDK's own type fits. */
export interface ChatResponse {
  readonly choices: readonly unknown[]
}

/** A dialect of Chat Completions that differs in a few things. */
export function chatLike(
  dialectName: string,
  differs?: Partial<Wire<ChatRequest>>,
): Dialect<ChatRequest, ChatResponse> {
  return dialect<ChatRequest, ChatResponse>({
    name: dialectName,
    stream: chatStream,
    isRequest: (request) => {
      const { messages, system } = fields(request)
      return Array.isArray(messages) && system === undefined
    },
    isResponse: (response) => Array.isArray(fields(response)['choices']),
    links: chatLinks,
    // Reasoning models reject `max_tokens`, older servers know nothing else: the request decides.
    limitAt: ({ max_tokens, max_completion_tokens }) => [
      typeof max_tokens === 'number' && max_completion_tokens === undefined
        ? 'max_tokens'
        : 'max_completion_tokens',
    ],
    tools: ({ tools, functions }) => tools ?? functions,
    schemaIn: ({ response_format }) => fields(response_format)['json_schema'],
    joins: [
      ['choices', 0, 'message', 'content'],
      ['choices', 0, 'message', 'tool_calls'],
      ['usage'],
    ],
    withSchema: (request, schema, name) =>
      schema['type'] === 'object'
        ? {
            ...request,
            response_format: {
              type: 'json_schema',
              json_schema: { name, schema, ...(isStrict(schema, true) && { strict: true }) },
            },
          }
        : undefined,
    ...differs,
  })
}

/** OpenAI Chat Completions, and the many servers that speak its wire. */
export const openAIChat: Dialect<ChatRequest, ChatResponse> =
  /* @__PURE__ */ chatLike('openai-chat')
