import type { Dialect } from '@holdfast/core'

import { freeze, thaw } from './ai-sdk-frozen.ts'
import { aiSdkStream } from './ai-sdk-stream.ts'
import { dialect } from './dialect.ts'
import type { Wire } from './dialect.ts'
import { aiSdkLinks } from './links.ts'
import { fields } from './shape.ts'

/** What the dialect reads of the call options of an AI SDK language model; the SDK's own type fits. */
export interface AiSdkRequest {
  readonly prompt: readonly object[]
  readonly maxOutputTokens?: number | undefined
}

/** What the dialect reads of what a language model, or `generateText`, returns. */
export interface AiSdkResponse {
  readonly content: readonly unknown[]
}

/** Language models of the AI SDK as they are told apart and read. */
export const aiSdkWire: Wire<AiSdkRequest, AiSdkResponse> = {
  name: 'ai-sdk',
  stream: aiSdkStream,
  isResponse: (response) => {
    const { content, finishReason } = fields(response)
    return Array.isArray(content) && finishReason !== undefined
  },
  turns: 'prompt',
  links: aiSdkLinks,
  message: (role, text) => ({ role, content: [{ type: 'text', text }] }),
  // It is the object that is called.
  model: null,
  limitAt: () => ['maxOutputTokens'],
  schemaIn: ({ responseFormat }) => fields(responseFormat)['schema'],
  joins: [['content'], ['usage']],
  withSchema: (request, schema, name) =>
    ({ ...request, responseFormat: { type: 'json', schema, name } }) as AiSdkRequest,
}

/** Language models of the AI SDK, of the specifications V2 to V4, and the results of `generateText`. */
export const aiSdk: Dialect<AiSdkRequest, AiSdkResponse> = /* @__PURE__ */ storable()

function storable(): Dialect<AiSdkRequest, AiSdkResponse> {
  return dialect({ ...aiSdkWire, freeze, thaw })
}
