import type { Dialect } from '@holdfast/core'

import { readBy } from './answer.ts'
import { geminiStream } from './gemini-stream.ts'
import { needsOf } from './needs.ts'
import { changed } from './path.ts'
import { fields, items, words } from './shape.ts'
import { withoutOldestTurn } from './turns.ts'

/** What the dialect reads of a `generateContent` request, of the SDK or of the REST API. */
export interface GeminiRequest {
  readonly model?: string
  readonly contents: unknown
}

/** What the dialect reads of a `generateContent` answer; the SDK's own type fits. */
export type GeminiResponse = object

/** Google Gemini, on AI Studio and Vertex. */
export const gemini: Dialect<GeminiRequest, GeminiResponse> = {
  name: 'gemini',
  isRequest: (request) => fields(request)['contents'] !== undefined,
  isResponse: (response) => {
    const { candidates, promptFeedback } = fields(response)
    return Array.isArray(candidates) || fields(promptFeedback)['blockReason'] !== undefined
  },
  read: /* @__PURE__ */ readBy(geminiStream),
  stream: geminiStream,
  needs: (request) => {
    const { contents, config, systemInstruction, tools } = fields(request)
    const settings = fields(fields(request)[settingsOf(request)])
    const { responseSchema, responseJsonSchema, maxOutputTokens } = settings
    const system = fields(config)['systemInstruction'] ?? systemInstruction
    return needsOf({
      prompt: [system, contents, fields(config)['tools'] ?? tools],
      tools: fields(config)['tools'] ?? tools,
      format: (responseSchema ?? responseJsonSchema) && { type: 'json_schema' },
      stream: undefined,
      maxTokens: maxOutputTokens,
    })
  },
  modelOf: (request) => words(request.model),
  withModel: (request, model) => ({ ...request, model }),
  withMaxTokens: (request, maxTokens) =>
    changed(request, [settingsOf(request), 'maxOutputTokens'], () => maxTokens),
  withMessage: (request, role, text) => ({
    ...request,
    contents: [
      ...contentsOf(request),
      { role: role === 'assistant' ? 'model' : role, parts: [{ text }] },
    ],
  }),
  withoutOldestTurn: (request) => {
    const contents = withoutOldestTurn(contentsOf(request), () => ({ calls: [], results: [] }))
    return contents && { ...request, contents }
  },
}

/** The SDK has one `config` for everything, the REST API a `generationConfig` among the rest. */
const settingsOf = (request: unknown): 'config' | 'generationConfig' =>
  fields(request)['generationConfig'] || !fields(request)['model'] ? 'generationConfig' : 'config'

function contentsOf({ contents }: GeminiRequest): readonly unknown[] {
  return typeof contents === 'string'
    ? [{ role: 'user', parts: [{ text: contents }] }]
    : items(contents)
}
