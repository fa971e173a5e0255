import type { Dialect } from '@holdfast/core'

import { readBy } from './answer.ts'
import { needsOf } from './needs.ts'
import { chatStream } from './openai-chat-stream.ts'
import { fields, items, words } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'
import type { Links } from './turns.ts'

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

/** OpenAI Chat Completions, and the many servers that speak its wire. */
export const openAIChat: Dialect<ChatRequest, ChatResponse> = {
  name: 'openai-chat',
  isRequest: (request) => {
    const { messages, system } = fields(request)
    return Array.isArray(messages) && system === undefined
  },
  isResponse: (response) => Array.isArray(fields(response)['choices']),
  read: /* @__PURE__ */ readBy(chatStream),
  stream: chatStream,
  needs: (request) => {
    const { messages, tools, functions, response_format, stream } = fields(request)
    const { max_tokens, max_completion_tokens } = fields(request)
    return needsOf({
      prompt: [messages, tools, functions, response_format],
      tools: tools ?? functions,
      format: response_format,
      stream,
      maxTokens: max_completion_tokens ?? max_tokens,
    })
  },
  modelOf: (request) => words(request.model),
  withModel: (request, model) => ({ ...request, model }),
  // Reasoning models reject `max_tokens`, older servers know nothing else: the request decides.
  withMaxTokens: (request, maxTokens) =>
    typeof request.max_tokens === 'number'
      ? { ...request, max_tokens: maxTokens }
      : { ...request, max_completion_tokens: maxTokens },
  withMessage: (request, role, text) => ({
    ...request,
    messages: [...request.messages, { role, content: text }],
  }),
  withoutOldestTurn: (request) => {
    const messages = withoutOldestTurn(request.messages, linksOf)
    return messages && { ...request, messages }
  },
}

function linksOf(message: ChatMessage): Links {
  const { tool_calls, tool_call_id } = fields(message)
  return {
    calls: items(tool_calls).map((call) => fields(call)['id']),
    results: tool_call_id === undefined ? [] : [tool_call_id],
  }
}
