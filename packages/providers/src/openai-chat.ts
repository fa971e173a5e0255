import type { Answer, Dialect, FinishReason, ToolCall, Usage } from '@holdfast/core'

import { answerOf, finishOf, memoised, toolCall, usageOf } from './answer.ts'
import { needsOf } from './needs.ts'
import { fields, items, textOf, words } from './shape.ts'
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

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  // Servers that speak this wire add words: Mistral, OpenRouter, DeepSeek.
  model_length: 'context-window',
  error: 'error',
  insufficient_system_resource: 'error',
}

/** OpenAI Chat Completions, and the many servers that speak its wire. */
export const openAIChat: Dialect<ChatRequest, ChatResponse> = {
  name: 'openai-chat',
  isRequest: (request) => {
    const { messages, system } = fields(request)
    return Array.isArray(messages) && system === undefined
  },
  isResponse: (response) => Array.isArray(fields(response)['choices']),
  read: /* @__PURE__ */ memoised(read),
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

function read(response: ChatResponse): Answer {
  const { choices, usage, model, id } = fields(response)
  const { message, finish_reason: rawFinish } = fields(items(choices)[0])
  const { content, refusal } = fields(message)
  return answerOf({
    text: textOf(content, 'text'),
    finish: finishOf(FINISH, rawFinish) ?? 'unknown',
    rawFinish,
    refusal,
    tools: toolsOf(message),
    usage: readUsage(usage),
    model,
    id,
  })
}

function toolsOf(message: unknown): ToolCall[] {
  const { tool_calls, function_call } = fields(message)
  const calls = items(tool_calls).map((call) => {
    const { id, function: named, custom } = fields(call)
    const { name, arguments: args, input } = fields(named ?? custom)
    return toolCall(id, name, args ?? input)
  })
  const { name, arguments: args } = fields(function_call)
  return name === undefined ? calls : [...calls, toolCall(undefined, name, args)]
}

function readUsage(usage: unknown): Usage {
  const { prompt_tokens, completion_tokens } = fields(usage)
  const { prompt_tokens_details, completion_tokens_details } = fields(usage)
  const { cached_tokens } = fields(prompt_tokens_details)
  const { reasoning_tokens } = fields(completion_tokens_details)
  return usageOf(prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens)
}

function linksOf(message: ChatMessage): Links {
  const { tool_calls, tool_call_id } = fields(message)
  return {
    calls: items(tool_calls).map((call) => fields(call)['id']),
    results: tool_call_id === undefined ? [] : [tool_call_id],
  }
}
