import type { Answer, Dialect, RequestNeeds } from '@holdfast/core'

import { aiSdk } from './ai-sdk.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { autoStream } from './auto-stream.ts'
import { gemini } from './gemini.ts'
import { needsOf } from './needs.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { plainText } from './plain-text.ts'

// From the narrowest shape to the widest: the first that fits is the one.
const DIALECTS: readonly Dialect[] = [
  anthropicMessages,
  openAIResponses,
  openAIChat,
  gemini,
  aiSdk,
  plainText,
]

const NO_ANSWER: Answer = {
  text: '',
  finish: 'unknown',
  tools: [],
  usage: { inputTokens: 0, outputTokens: 0, source: 'none' },
}
const NO_NEEDS: RequestNeeds = /* @__PURE__ */ needsOf({ prompt: [] })

/**
 * Recognises the three wires and plain text by shape, anew for every request and answer.
 *
 * What it does not know reads as an empty answer and passes through every change as it is. A whole
 * HTML page is one of these: SDKs hand over the page of a captive portal as if it were an answer.
 */
export const auto: Dialect = {
  name: 'auto',
  isRequest: (request) => forRequest(request) !== undefined,
  isResponse: (response) => forResponse(response) !== undefined,
  read: (response) => forResponse(response)?.read(response) ?? NO_ANSWER,
  stream: autoStream,
  needs: (request) => forRequest(request)?.needs(request) ?? NO_NEEDS,
  modelOf: (request) => forRequest(request)?.modelOf(request),
  withModel: (request, model) => forRequest(request)?.withModel(request, model) ?? request,
  withMaxTokens: (request, maxTokens) =>
    forRequest(request)?.withMaxTokens(request, maxTokens) ?? request,
  withMessage: (request, role, text) =>
    forRequest(request)?.withMessage(request, role, text) ?? request,
  withoutOldestTurn: (request) => forRequest(request)?.withoutOldestTurn(request),
}

const forRequest = (request: unknown): Dialect | undefined =>
  DIALECTS.find((dialect) => dialect.isRequest(request))

const forResponse = (response: unknown): Dialect | undefined =>
  isPage(response) ? undefined : DIALECTS.find((dialect) => dialect.isResponse(response))

const isPage = (response: unknown): boolean =>
  typeof response === 'string' && /^\s*<(!doctype html|html)\b/i.test(response)
