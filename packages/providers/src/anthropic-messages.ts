import type { Dialect, JsonSchema } from '@holdfast/core'

import { pausedResponse } from './answer.ts'
import { AS_TEXT, messagesStream } from './anthropic-messages-stream.ts'
import { goesOnFromPrefill, needsToolForSchema } from './claude.ts'
import { dialect } from './dialect.ts'
import { messagesLinks } from './links.ts'
import { asText, count, fields, items } from './shape.ts'
import type { Fields } from './shape.ts'
import { isStrict, without } from './strict-schema.ts'

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
export const anthropicMessages: Dialect<MessagesRequest, MessagesResponse> =
  /* @__PURE__ */ dialect<MessagesRequest, MessagesResponse>({
    name: 'anthropic-messages',
    stream: messagesStream,
    isRequest,
    isResponse: (response) => {
      const { type, content } = fields(response)
      return type === 'message' && Array.isArray(content)
    },
    links: messagesLinks,
    limitAt: () => ['max_tokens'],
    // A thinking budget must stay below `max_tokens`.
    least: ({ thinking }) => (count(fields(thinking)['budget_tokens']) ?? 0) + 1,
    schemaIn,
    joins: [['content'], ['usage']],
    withSchema,
    continuation: (request, partial) => {
      const { text, tools } = partial
      // What the server was at goes on where it paused when it gets its own turn back as it was.
      const { content: paused } = fields(pausedResponse(partial))
      if (paused) return [{ role: 'assistant', content: paused }]
      const prefills = goesOnFromPrefill(request.model) && !isThinking(request)
      if (!prefills || tools.length > 0 || schemaIn(fields(request))) return undefined
      // White space at its end is a 400.
      const content = text.trimEnd()
      return content === '' ? undefined : [{ role: 'assistant', content }]
    },
  })

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

function schemaIn({ output_config }: Fields): unknown {
  return fields(output_config)['format']
}

const isThinking = ({ thinking }: MessagesRequest): boolean =>
  /enabled|adaptive/.test(asText(fields(thinking)['type']))

/** Its grammars know no bounds, and of which draft a schema is. */
const BOUNDS =
  /^(\$schema|minimum|maximum|exclusive\w+|multipleOf|m(in|ax)(Length|Items|Properties)|uniqueItems)$/

function withSchema(
  request: MessagesRequest,
  schema: JsonSchema,
  name: string,
): MessagesRequest | undefined {
  const { output_config, tools } = fields(request)
  if (!needsToolForSchema(request.model)) {
    const format = { type: 'json_schema', schema: without(schema, BOUNDS) }
    return isStrict(schema, false)
      ? ({ ...request, output_config: { ...fields(output_config), format } } as MessagesRequest)
      : undefined
  }
  // Forcing one tool takes all others away, and is a 400 while the model thinks.
  if (tools || isThinking(request) || schema['type'] !== 'object') return undefined
  const tool = {
    name: `${AS_TEXT}${name}`.slice(0, 64),
    description: 'Gives the answer.',
    input_schema: schema,
  }
  const tool_choice = { type: 'tool', name: tool.name }
  return { ...request, tools: [tool], tool_choice } as MessagesRequest
}
