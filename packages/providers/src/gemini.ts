import type { Dialect } from '@holdfast/core'

import { dialect } from './dialect.ts'
import { geminiStream } from './gemini-stream.ts'
import { geminiLinks } from './links.ts'
import { changed } from './path.ts'
import { fields } from './shape.ts'
import type { Fields } from './shape.ts'
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
  asTurns,
  links: geminiLinks,
  message: (role, text) => ({ role: role === 'user' ? role : 'model', parts: [{ text }] }),
  limitAt: (request) => [settingsOf(request), 'maxOutputTokens'],
  tools: toolsOf,
  schemaIn: (request) => {
    const { responseSchema, responseJsonSchema } = fields(request[settingsOf(request)])
    return responseSchema ?? responseJsonSchema
  },
  joins: [['candidates', 0, 'content', 'parts'], ['usageMetadata']],
  withSchema: (request, schema) => {
    // JSON and tools at once are a 400 before Gemini 3.
    if (toolsOf(fields(request))) return undefined
    return changed(request, [settingsOf(request)], (settings) => ({
      ...fields(settings),
      responseMimeType: 'application/json',
      responseJsonSchema: without(schema, /^\$schema$/),
    }))
  },
})

/** Its SDK takes a list of parts and texts for one turn of the user, and no such list with turns in it. */
function asTurns(given: readonly unknown[]): readonly unknown[] {
  if (given.length === 0 || given.some((turn) => fields(turn)['parts'])) return given
  const parts = given.map((part) => (typeof part === 'string' ? { text: part } : part))
  return [{ role: 'user', parts }]
}

function toolsOf({ tools, config }: Fields): unknown {
  return tools ?? fields(config)['tools']
}

/** The SDK has one `config` for everything, the REST API a `generationConfig` beside the rest, and no model. */
const settingsOf = (request: object): string =>
  'config' in request || ('model' in request && !('generationConfig' in request))
    ? 'config'
    : 'generationConfig'
