import type { Dialect } from '@holdfast/core'

import { readBy } from './answer.ts'
import { needsOf } from './needs.ts'
import { responsesStream } from './openai-responses-stream.ts'
import { fields, words } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'
import type { Links } from './turns.ts'

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

/** Anything less is a 400: "Expected a value >= 16". */
const LEAST_MAX_TOKENS = 16

/** OpenAI Responses. */
export const openAIResponses: Dialect<ResponsesRequest, ResponsesResponse> = {
  name: 'openai-responses',
  isRequest: (request) => {
    const { input, messages } = fields(request)
    return messages === undefined && (typeof input === 'string' || Array.isArray(input))
  },
  isResponse: (response) => {
    const { output, status } = fields(response)
    return Array.isArray(output) && typeof status === 'string'
  },
  read: /* @__PURE__ */ readBy(responsesStream),
  stream: responsesStream,
  needs: (request) => {
    const { instructions, input, tools, text, stream, max_output_tokens } = fields(request)
    return needsOf({
      prompt: [instructions, input, tools, text],
      tools,
      format: fields(text)['format'],
      stream,
      maxTokens: max_output_tokens,
    })
  },
  modelOf: (request) => words(request.model),
  withModel: (request, model) => ({ ...request, model }),
  withMaxTokens: (request, maxTokens) => ({
    ...request,
    max_output_tokens: Math.max(LEAST_MAX_TOKENS, maxTokens),
  }),
  withMessage: (request, role, text) => ({
    ...request,
    input: [...inputItems(request), { role, content: text }],
  }),
  withoutOldestTurn: (request) => {
    const input = withoutOldestTurn(inputItems(request), linksOf)
    return input && { ...request, input }
  },
}

function inputItems({ input = [] }: ResponsesRequest): readonly object[] {
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input
}

/** Every `…_call` item carries a `call_id` and its `…_output` the same; approvals use `id`. */
function linksOf(item: object): Links {
  const { type, call_id, id, approval_request_id } = fields(item)
  const isResult = typeof type === 'string' && type.endsWith('_output')
  if (isResult) return { calls: [], results: [call_id] }
  if (approval_request_id !== undefined) return { calls: [], results: [approval_request_id] }
  return { calls: [call_id, id].filter(words), results: [] }
}
