import type { Dialect } from '@holdfast/core'

import { cohereStream } from './cohere-stream.ts'
import { dialect } from './dialect.ts'
import { fields } from './shape.ts'

/** What the dialect reads of a Chat request of version 2, of the wire or of the SDK. */
export interface CohereRequest {
  readonly model?: string
  readonly messages: readonly object[]
}

/** What the dialect reads of a Chat answer of version 2, of the wire or of the SDK. */
export interface CohereResponse {
  readonly message?: unknown
}

/** Cohere Chat, version 2. */
export const cohere: Dialect<CohereRequest, CohereResponse> = /* @__PURE__ */ dialect<
  CohereRequest,
  CohereResponse
>({
  name: 'cohere',
  stream: cohereStream,
  isRequest: (request) => Array.isArray(fields(request)['messages']),
  isResponse: (response) => {
    const { message, finish_reason, finishReason } = fields(response)
    return typeof message === 'object' && typeof (finish_reason ?? finishReason) === 'string'
  },
  turns: 'messages',
  message: (role, text) => ({ role, content: text }),
  limitAt: (request) => ['maxTokens' in request ? 'maxTokens' : 'max_tokens'],
  joins: [['message', 'content'], ['message', 'tool_calls'], ['usage']],
  // A JSON answer and tools exclude each other.
  withSchema: (request, schema) => {
    if (fields(request)['tools']) return undefined
    // Its SDK writes the name in camel case; it takes no name that the wire has.
    const name =
      'responseFormat' in request || 'maxTokens' in request ? 'responseFormat' : 'response_format'
    return { ...request, [name]: { type: 'json_object', schema } }
  },
})
