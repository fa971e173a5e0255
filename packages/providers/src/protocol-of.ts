import type { Dialect } from '@holdfast/core'

import { anthropicMessages } from './anthropic-messages.ts'
import { dialectOfRequest } from './auto.ts'
import { azureOpenAI } from './azure-openai.ts'
import { bedrock } from './bedrock.ts'
import { cohere } from './cohere.ts'
import { gemini } from './gemini.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openAIChat } from './openai-chat.ts'
import { openAIResponses } from './openai-responses.ts'
import { openRouter } from './openrouter.ts'
import { plainText } from './plain-text.ts'

/** By host where the path alone does not tell, then by path. */
const URLS: readonly (readonly [pattern: RegExp, dialect: Dialect])[] = [
  [/:(stream)?generateContent$/i, gemini],
  [/\/mistralai\/.*:(stream)?rawPredict$/i, mistral],
  [/\/messages$|:(stream)?rawPredict$/i, anthropicMessages],
  [/\/converse(-stream)?$/, bedrock],
  [/\/responses$/, openAIResponses],
  [/\bmistral\.ai\/.*\/chat\/completions$/, mistral],
  [/\bopenrouter\.ai\/.*\/chat\/completions$/, openRouter],
  [/\bazure\.com\/.*\/chat\/completions$/, azureOpenAI],
  [/\/chat\/completions$/, openAIChat],
  [/\/api\/(chat|generate)$/, ollama],
  [/\/v2\/chat$/, cohere],
]

/** Other APIs of the same hosts, whose bodies look alike: embeddings have an `input` too. */
const NO_ANSWERS =
  /\/(embed(dings)?|moderations|count_tokens|batches|files|models|rerank|tokenize|completions)$|\/(images|audio)\/|:(countTokens|embedContent|batchEmbedContents|predict)$/

/**
 * The dialect that an HTTP request speaks: by the path of its URL, else by the shape of its body.
 *
 * @param requestBody the parsed body
 */
export function protocolOf(url: string, requestBody?: unknown): Dialect | undefined {
  const bare = url.replace(/[?#].*$/s, '').replace(/\/+$/, '')
  const byPath = URLS.find(([pattern]) => pattern.test(bare))?.[1]
  if (byPath !== undefined || NO_ANSWERS.test(bare)) return byPath
  const byBody = dialectOfRequest(requestBody)
  // Any page takes `{ prompt }`: without a path that says so it is no model's.
  return byBody === plainText ? undefined : byBody
}
