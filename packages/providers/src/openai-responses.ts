import type { Dialect } from '@holdfast/core'

import { dialect } from './dialect.ts'
import { responsesLinks } from './links.ts'
import { responsesStream } from './openai-responses-stream.ts'
import { fields } from './shape.ts'
import { isStrict } from './strict-schema.ts'

/** What the dialect reads of a Responses request; the SDK's own type fits. */
export interface ResponsesRequest {
  readonly model?: string
  readonly input?: string | readonly object[]
  readonly max_output_tokens?: number | null
}

/** What the dialect reads of a Responses answer; the SDK's own type fits. */
export interface ResponsesResponse {
  readonly output: readonly unknown[]
}

/** OpenAI Responses. */
export const openAIResponses: Dialect<ResponsesRequest, ResponsesResponse> =
  /* @__PURE__ */ dialect<ResponsesRequest, ResponsesResponse>({
    name: 'openai-responses',
    stream: responsesStream,
    isRequest: (request) => {
      const { input, messages } = fields(request)
      return messages === undefined && (typeof input === 'string' || Array.isArray(input))
    },
    isResponse: (response) => {
      const { output, status } = fields(response)
      return Array.isArray(output) && typeof status === 'string'
    },
    turns: 'input',
    links: responsesLinks,
    limitAt: () => ['max_output_tokens'],
    // "Expected a value >= 16".
    least: () => 16,
    schemaIn: ({ text }) => fields(fields(text)['format'])['schema'],
    joins: [['output'], ['output_text'], ['usage']],
    withSchema: (request, schema, name) => {
      if (schema['type'] !== 'object') return undefined
      const strict = isStrict(schema, true) && { strict: true }
      const format = { type: 'json_schema', name, schema, ...strict }
      return {
        ...request,
        text: { ...fields(fields(request)['text']), format },
      } as ResponsesRequest
    },
  })
