import { NO_ANSWER } from '@holdfast/core'
import type { Dialect, RequestNeeds } from '@holdfast/core'

import { aiSdkWire } from './ai-sdk.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { protocolOfChunk } from './auto-stream.ts'
import { bedrock } from './bedrock.ts'
import { cohere } from './cohere.ts'
import { dialect as dialectOf } from './dialect.ts'
import { gemini } from './gemini.ts'
import { needsOf } from './needs.ts'
import { ollama } from './ollama.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { plainText } from './plain-text.ts'
import { asText, fields, words } from './shape.ts'

/** Without `freeze` and `thaw`: who keeps answers names their dialect. */
const aiSdk = /* @__PURE__ */ dialectOf(aiSdkWire)

// From the narrowest shape to the widest: the first that fits is the one.
const RESPONSES: readonly Dialect[] = [
  anthropicMessages,
  openAIResponses,
  openAIChat,
  gemini,
  bedrock,
  cohere,
  ollama,
  aiSdk,
  plainText,
]
const REQUESTS: readonly Dialect[] = [
  bedrock,
  anthropicMessages,
  openAIResponses,
  gemini,
  aiSdk,
  openAIChat,
  plainText,
]

const NO_NEEDS: RequestNeeds = /* @__PURE__ */ needsOf(undefined)

/**
 * Recognises every wire and plain text by shape, anew for every request and answer.
 *
 * What it does not know reads as an empty answer and passes through every change as it is. A whole
 * HTML page is one of these: SDKs hand over the page of a captive portal as if it were an answer.
 */
export const auto: Dialect = {
  name: 'auto',
  isRequest: (request) => dialectOfRequest(request) !== undefined,
  isResponse: (response) => forResponse(response) !== undefined,
  read: (response) => forResponse(response)?.read(response) ?? NO_ANSWER,
  tally: (response) => forResponse(response)?.tally?.(response) ?? NO_ANSWER,
  stream: {
    name: 'auto',
    read: (chunk, seen) => protocolOfChunk(chunk).read(chunk, seen),
    withoutText: (it, chars) =>
      (wholeOf(it)?.stream ?? protocolOfChunk(it)).withoutText?.(it, chars) ?? it,
  },
  streams: (request) => fields(request)['stream'] === true,
  needs: (request) => dialectOfRequest(request)?.needs(request) ?? NO_NEEDS,
  modelOf: (request) => dialectOfRequest(request)?.modelOf(request),
  withModel: (request, model) => dialectOfRequest(request)?.withModel(request, model) ?? request,
  withMaxTokens: (request, maxTokens) =>
    dialectOfRequest(request)?.withMaxTokens(request, maxTokens) ?? request,
  withMessage: (request, role, text) =>
    dialectOfRequest(request)?.withMessage(request, role, text) ?? request,
  withoutOldestTurn: (request, fits) => dialectOfRequest(request)?.withoutOldestTurn(request, fits),
  withSchema: (request, schema, name) =>
    dialectOfRequest(request)?.withSchema?.(request, schema, name),
  withContinuation: (request, partial) =>
    dialectOfRequest(request)?.withContinuation?.(request, partial),
  join: (parts) => forResponse(parts[0])?.join?.(parts) ?? parts.at(-1),
}

/** The dialect whose request this is, by shape. */
export function dialectOfRequest(request: unknown): Dialect | undefined {
  const { messages, options, keep_alive } = fields(request)
  // Ollama's requests are Chat requests but for where their settings stand.
  if (messages && (options ?? keep_alive)) return ollama
  const it = REQUESTS.find((dialect) => dialect.isRequest(request))
  return it === anthropicMessages && isOfChat(request) ? openAIChat : it
}

/** What fits both wires is Claude's by the name of its model, or by what only Messages has. */
function isOfChat(request: unknown): boolean {
  const { model, tools, thinking } = fields(request)
  const isOfAnother = words(model) !== undefined && !/(^|\.)claude/i.test(asText(model))
  return isOfAnother && !tools && !thinking && openAIChat.isRequest(request)
}

const forResponse = (response: unknown): Dialect | undefined =>
  isPage(response) ? undefined : RESPONSES.find((dialect) => dialect.isResponse(response))

/** Whose whole answer it is; what looks like plain text may be a part of a stream, and most such parts are no text. */
function wholeOf(it: unknown): Dialect | undefined {
  const dialect = forResponse(it)
  return dialect === plainText ? undefined : dialect
}

const isPage = (response: unknown): boolean =>
  typeof response === 'string' && /^\s*<(!doctype html|html)\b/i.test(response)
