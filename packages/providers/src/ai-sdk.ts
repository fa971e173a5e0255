import type { Dialect } from '@holdfast/core'

import { aiSdkStream } from './ai-sdk-stream.ts'
import { readBy } from './answer.ts'
import { needsOf } from './needs.ts'
import { fields, items } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'

/** What the dialect reads of the call options of an AI SDK language model; the SDK's own type fits. */
export interface AiSdkRequest {
  readonly prompt: readonly object[]
  readonly maxOutputTokens?: number | undefined
}

/** What the dialect reads of what a language model, or `generateText`, returns. */
export interface AiSdkResponse {
  readonly content: readonly unknown[]
}

/** Language models of the AI SDK, of the specifications V2 to V4, and the results of `generateText`. */
export const aiSdk: Dialect<AiSdkRequest, AiSdkResponse> = {
  name: 'ai-sdk',
  isRequest: (request) => {
    const { prompt, messages } = fields(request)
    return Array.isArray(prompt) && messages === undefined
  },
  isResponse: (response) => {
    const { content, finishReason } = fields(response)
    return Array.isArray(content) && finishReason !== undefined
  },
  read: /* @__PURE__ */ readBy(aiSdkStream),
  stream: aiSdkStream,
  needs: (request) => {
    const { prompt, tools, responseFormat, maxOutputTokens } = fields(request)
    const { schema } = fields(responseFormat)
    return needsOf({
      prompt: [prompt, tools, schema],
      tools,
      format: schema && { type: 'json_schema' },
      maxTokens: maxOutputTokens,
    })
  },
  // The model is the object that is called, and no part of the request.
  modelOf: () => undefined,
  withModel: (request) => request,
  withMaxTokens: (request, maxTokens) => ({ ...request, maxOutputTokens: maxTokens }),
  withMessage: (request, role, text) => ({
    ...request,
    prompt: [...request.prompt, { role, content: [{ type: 'text', text }] }],
  }),
  withoutOldestTurn: (request) => {
    const prompt = withoutOldestTurn(request.prompt, linksOf)
    return prompt && { ...request, prompt }
  },
}

function linksOf(message: object): { calls: unknown[]; results: unknown[] } {
  const parts = items(fields(message)['content']).map(fields)
  const of = (type: string): unknown[] =>
    parts.filter((part) => part['type'] === type).map((part) => part['toolCallId'])
  return { calls: of('tool-call'), results: of('tool-result') }
}
