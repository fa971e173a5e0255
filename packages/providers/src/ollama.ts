import type { Dialect } from '@holdfast/core'

import { dialect } from './dialect.ts'
import { chatLinks } from './links.ts'
import { ollamaStream } from './ollama-stream.ts'
import { fields } from './shape.ts'

/** What the dialect reads of a request to `/api/chat`; the SDK's own type fits. */
export interface OllamaRequest {
  readonly model?: string
  readonly messages?: readonly object[]
}

/** What the dialect reads of an answer of Ollama's own API; the SDK's own type fits. */
export type OllamaResponse = object

/** Ollama's own API. */
export const ollama: Dialect<OllamaRequest, OllamaResponse> = /* @__PURE__ */ dialect<
  OllamaRequest,
  OllamaResponse
>({
  name: 'ollama',
  stream: ollamaStream,
  isResponse: (response) => typeof fields(response)['done'] === 'boolean',
  links: chatLinks,
  limitAt: () => ['options', 'num_predict'],
  schemaIn: ({ format }) => fields(format)['type'],
  joins: [['message', 'content'], ['message', 'tool_calls'], ['prompt_eval_count'], ['eval_count']],
  withSchema: (request, schema) => ({ ...request, format: schema }) as OllamaRequest,
})
