import type { Answer, Dialect, FinishReason, ToolCall, Usage } from '@holdfast/core'

import { answerOf, finishOf, memoised, toolCall, usageOf } from './answer.ts'
import { needsOf } from './needs.ts'
import { fields, items, textOf, words } from './shape.ts'
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

const INCOMPLETE: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
}

const FAILED: Readonly<Record<string, FinishReason>> = {
  context_length_exceeded: 'context-window',
  content_filter: 'content-filter',
}

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
  read: /* @__PURE__ */ memoised(read),
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

function read(response: ResponsesResponse): Answer {
  const { output, usage, model, id } = fields(response)
  return answerOf({
    ...readOutput(output),
    ...ending(response),
    usage: readUsage(usage),
    model,
    id,
  })
}

function readOutput(output: unknown): { text: string; refusal: unknown; tools: ToolCall[] } {
  let text = ''
  let refusal: unknown
  const tools: ToolCall[] = []
  for (const item of items(output)) {
    const { type, content, call_id, name, arguments: args, input } = fields(item)
    if (type === 'message') {
      text += textOf(content, 'output_text')
      refusal ??= items(content)
        .map((part) => fields(part)['refusal'])
        .find(words)
    } else if (type === 'function_call' || type === 'custom_tool_call') {
      tools.push(toolCall(call_id, name, args ?? input))
    }
  }
  return { text, refusal, tools }
}

/** A status alone says little: the reason stands in `incomplete_details`, or in the error's code. */
function ending(response: ResponsesResponse): { finish: FinishReason; rawFinish: unknown } {
  const { status, incomplete_details, error } = fields(response)
  if (status === 'completed') return { finish: 'stop', rawFinish: status }
  if (status === 'incomplete') {
    const { reason = status } = fields(incomplete_details)
    // A reason that is new to us still cut the answer: it must never pass for a whole one.
    return { finish: finishOf(INCOMPLETE, reason) ?? 'length', rawFinish: reason }
  }
  if (status === 'failed') {
    const { code = status } = fields(error)
    return { finish: finishOf(FAILED, code) ?? blocked(code, error), rawFinish: code }
  }
  return { finish: status === 'cancelled' ? 'error' : 'unknown', rawFinish: status }
}

/** Safety blocks come as codes that end in "policy" (`bio_policy`), or as a prompt found invalid. */
function blocked(code: unknown, error: unknown): FinishReason {
  const { message } = fields(error)
  return /_policy(_|$)/.test(String(code)) ||
    (code === 'invalid_prompt' && /usage polic/i.test(String(message)))
    ? 'content-filter'
    : 'error'
}

function readUsage(usage: unknown): Usage {
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = fields(usage)
  const { cached_tokens } = fields(input_tokens_details)
  const { reasoning_tokens } = fields(output_tokens_details)
  return usageOf(input_tokens, output_tokens, cached_tokens, reasoning_tokens)
}

/** Every `…_call` item carries a `call_id` and its `…_output` the same; approvals use `id`. */
function linksOf(item: object): Links {
  const { type, call_id, id, approval_request_id } = fields(item)
  const isResult = typeof type === 'string' && type.endsWith('_output')
  if (isResult) return { calls: [], results: [call_id] }
  if (approval_request_id !== undefined) return { calls: [], results: [approval_request_id] }
  return { calls: [call_id, id].filter(words), results: [] }
}
