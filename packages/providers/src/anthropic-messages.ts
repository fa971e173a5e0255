import type { Dialect } from '@holdfast/core'

import { readBy } from './answer.ts'
import { messagesStream } from './anthropic-messages-stream.ts'
import { needsOf } from './needs.ts'
import { count, fields, items, words } from './shape.ts'
import type { Fields } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'
import type { Links } from './turns.ts'

/** What the dialect reads of a Messages request; the SDK's own type fits. */
export interface MessagesRequest {
  readonly model?: string
  readonly messages: readonly MessagesMessage[]
  readonly max_tokens: number
  readonly thinking?: unknown
}

export interface MessagesMessage {
  readonly role: string
  readonly content: unknown
}

/** What the dialect reads of a Messages answer; the SDK's own type fits. */
export interface MessagesResponse {
  readonly type: 'message'
  readonly content: readonly unknown[]
}

const ROLES = new Set<unknown>(['user', 'assistant', 'system'])

/** Anthropic Messages. */
export const anthropicMessages: Dialect<MessagesRequest, MessagesResponse> = {
  name: 'anthropic-messages',
  isRequest,
  isResponse: (response) => {
    const { type, content } = fields(response)
    return type === 'message' && Array.isArray(content)
  },
  read: /* @__PURE__ */ readBy(messagesStream),
  stream: messagesStream,
  needs: (request) => {
    const { system, messages, tools, output_config, stream, max_tokens } = fields(request)
    return needsOf({
      prompt: [system, messages, tools, output_config],
      tools,
      format: fields(output_config)['format'],
      stream,
      maxTokens: max_tokens,
    })
  },
  modelOf: (request) => words(request.model),
  withModel: (request, model) => ({ ...request, model }),
  // A thinking budget must stay below `max_tokens`, or the request is a 400.
  withMaxTokens: (request, maxTokens) => {
    const budget = count(fields(request.thinking)['budget_tokens']) ?? 0
    return { ...request, max_tokens: Math.max(maxTokens, budget + 1) }
  },
  withMessage: (request, role, text) => ({
    ...request,
    messages: [...request.messages, { role, content: text }],
  }),
  withoutOldestTurn: (request) => {
    const messages = withoutOldestTurn(request.messages, linksOf)
    return messages && { ...request, messages }
  },
}

/**
 * `max_tokens` is required here, and nothing of what only Chat Completions has may be there. A
 * plain chat request with `max_tokens` fits both wires, and both read and rewrite it alike.
 */
function isRequest(request: unknown): boolean {
  const { messages, max_tokens, response_format, functions, tools } = fields(request)
  return (
    Array.isArray(messages) &&
    typeof max_tokens === 'number' &&
    response_format === undefined &&
    functions === undefined &&
    fields(items(tools)[0])['function'] === undefined &&
    messages.every((message) => ROLES.has(fields(message)['role']))
  )
}

function linksOf({ content }: MessagesMessage): Links {
  return {
    calls: blocks(content, 'tool_use').map(({ id }) => id),
    results: blocks(content, 'tool_result').map(({ tool_use_id }) => tool_use_id),
  }
}

function blocks(content: unknown, type: string): Fields[] {
  return items(content)
    .map(fields)
    .filter((block) => block['type'] === type)
}
