import type { StreamProtocol } from '@holdfast/core'

import { aiSdkStream } from './ai-sdk-stream.ts'
import { messagesStream } from './anthropic-messages-stream.ts'
import { geminiStream } from './gemini-stream.ts'
import { chatStream } from './openai-chat-stream.ts'
import { responsesStream } from './openai-responses-stream.ts'
import { plainStream } from './plain-text.ts'
import { fields, items } from './shape.ts'

/** Streams of any wire that is known here, recognised by the shape of each chunk. */
export const autoStream: StreamProtocol = {
  name: 'auto',
  read: (chunk, seen) => protocolOfChunk(chunk).read(chunk, seen),
  withoutText: (chunk, chars) => protocolOfChunk(chunk).withoutText?.(chunk, chars) ?? chunk,
}

function protocolOfChunk(chunk: unknown): StreamProtocol {
  const { type, choices, candidates, promptFeedback, text, error } = fields(
    items(chunk)[0] ?? chunk,
  )
  const kind = String(type)
  if (candidates || promptFeedback) return geminiStream
  if (kind.startsWith('response.')) return responsesStream
  if (/^(message|content_block)_/.test(kind)) return messagesStream
  // Every wire but the AI SDK's reports an error in a frame that says it itself.
  if (choices || (error && !(error instanceof Error))) return chatStream
  if (typeof chunk === 'string' || (type === undefined && typeof text === 'string'))
    return plainStream
  return aiSdkStream
}
