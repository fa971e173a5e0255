import type { Dialect } from '@holdfast/core'

import { cohereStream } from './cohere-stream.ts'
import { dialect } from './dialect.ts'
import { chatLinks } from './links.ts'
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
  isResponse: (response) => {
    const { message, finish_reason, finishReason } = fields(response)
    return typeof message === 'object' && typeof (finish_reason ?? finishReason) === 'string'
  },
  links: chatLinks,
  limitAt: (request) => ['maxTokens' in request ? 'maxTokens' : 'max_tokens'],
  schemaIn: ({ responseFormat, response_format = responseFormat }) => {
    const { jsonSchema, json_schema = jsonSchema, schema = json_schema } = fields(response_format)
    return schema
  },
  joins: [['message', 'content'], ['message', 'tool_calls'], ['usage']],
  // A JSON answer and tools exclude each other.
  withSchema: (request, schema) => {
    if (fields(request)['tools']) return undefined
    const type = 'json_object'
    // Its SDK writes the names in camel case, and takes no name that the wire has.
    return 'responseFormat' in request || 'maxTokens' in request
      ? { ...request, responseFormat: { type, jsonSchema: schema } }
      : { ...request, response_format: { type, schema } }
  },
})
