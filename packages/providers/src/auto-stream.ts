import type { StreamProtocol } from '@holdfast/core'

import { aiSdkStream } from './ai-sdk-stream.ts'
import { messagesStream } from './anthropic-messages-stream.ts'
import { bedrockStream } from './bedrock-stream.ts'
import { cohereStream } from './cohere-stream.ts'
import { geminiStream } from './gemini-stream.ts'
import { mistralStream } from './mistral.ts'
import { ollamaStream } from './ollama-stream.ts'
import { chatStream } from './openai-chat-stream.ts'
import { responsesStream } from './openai-responses-stream.ts'
import { plainStream } from './plain-text.ts'
import { fields } from './shape.ts'

const OF_MESSAGES = /^(message|content_block)_/
const OF_COHERE = /^(message|content|citation|tool-call|tool-plan)-(start|delta|end)$/
const OF_BEDROCK = /^(message|contentBlock)(Start|Delta|Stop)$|^metadata$|Exception$|^:/

/** The wire of a chunk of a stream, by its shape. */
export function protocolOfChunk(chunk: unknown): StreamProtocol {
  const it = fields(chunk)
  const { type, choices, candidates, promptFeedback, done, error } = it
  if (typeof type === 'string' && !(error instanceof Error)) {
    if (OF_MESSAGES.test(type)) return messagesStream
    if (type.startsWith('response.')) return responsesStream
    if (OF_COHERE.test(type)) return cohereStream
  }
  // Only Google sends its errors in a list, and only Mistral's SDK its chunks in an envelope.
  if (Array.isArray(chunk) || (candidates ?? promptFeedback)) return geminiStream
  if (fields(it['data'])['choices']) return mistralStream
  if (typeof done === 'boolean') return ollamaStream
  // Every wire but the AI SDK's reports an error in a frame that says it itself.
  if (choices ?? (error && !(error instanceof Error))) return chatStream
  if (type !== undefined) return aiSdkStream
  return Object.keys(it).some((name) => OF_BEDROCK.test(name)) ? bedrockStream : plainStream
}
