import type { Dialect } from '@holdfast/core'

import { anthropicMessages } from './anthropic-messages.ts'
import { gemini } from './gemini.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'

// From the narrowest shape to the widest: the first that fits is the one.
const WIRES: readonly (readonly [path: RegExp, dialect: Dialect])[] = [
  [/:(stream)?generateContent$/i, gemini],
  [/\/messages$|:(stream)?rawPredict$/i, anthropicMessages],
  [/\/responses$/, openAIResponses],
  [/\/chat\/completions$/, openAIChat],
]

/**
 * The dialect that an HTTP request speaks: by the path of its URL, else by the shape of its body.
 *
 * @param requestBody the parsed body
 */
export function protocolOf(url: string, requestBody?: unknown): Dialect | undefined {
  const path = url.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const found =
    WIRES.find(([pattern]) => pattern.test(path)) ??
    WIRES.find(([, dialect]) => dialect.isRequest(requestBody))
  return found?.[1]
}
