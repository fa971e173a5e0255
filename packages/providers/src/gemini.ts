import type { Dialect } from '@holdfast/core'

import { dialect } from './dialect.ts'
import { geminiStream } from './gemini-stream.ts'
import { changed } from './path.ts'
import { fields } from './shape.ts'
import { without } from './strict-schema.ts'

/** What the dialect reads of a `generateContent` request, of the SDK or of the REST API. */
export interface GeminiRequest {
  readonly model?: string
  readonly contents: unknown
}

/** What the dialect reads of a `generateContent` answer; the SDK's own type fits. */
export type GeminiResponse = object

/** Google Gemini, on AI Studio and on Vertex. */
export const gemini: Dialect<GeminiRequest, GeminiResponse> = /* @__PURE__ */ dialect<
  GeminiRequest,
  GeminiResponse
>({
  name: 'gemini',
  stream: geminiStream,
  isRequest: (request) => fields(request)['contents'] !== undefined,
  isResponse: (response) => {
    const { candidates, promptFeedback } = fields(Array.isArray(response) ? response[0] : response)
    return Array.isArray(candidates) || fields(promptFeedback)['blockReason'] !== undefined
  },
  turns: 'contents',
  message: (role, text) => ({ role: role === 'user' ? role : 'model', parts: [{ text }] }),
  limitAt: (request) => [settingsOf(request), 'maxOutputTokens'],
  joins: [['candidates', 0, 'content', 'parts'], ['usageMetadata']],
  withSchema: (request, schema) => {
    const { tools, config } = fields(request)
    // JSON and tools at once are a 400 before Gemini 3.
    if (tools ?? fields(config)['tools']) return undefined
    return changed(request, [settingsOf(request)], (settings) => ({
      ...fields(settings),
      responseMimeType: 'application/json',
      responseJsonSchema: without(schema, /^\$schema$/),
    }))
  },
})

/** The SDK has one `config` for everything, the REST API a `generationConfig` beside the rest, and no model. */
const settingsOf = (request: object): string =>
  'generationConfig' in request || !('model' in request) ? 'generationConfig' : 'config'
