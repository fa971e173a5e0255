import type { Dialect, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { chatStream } from './openai-chat-stream.ts'
import { chatLike } from './openai-chat.ts'
import type { ChatRequest, ChatResponse } from './openai-chat.ts'
import { fields } from './shape.ts'

/** Mistral's SDK hands out the chunks of the wire in the `data` of an event. */
export const mistralStream: StreamProtocol = {
  name: 'mistral',
  read: (chunk, seen) => chatStream.read(fields(chunk)['data'] ?? chunk, seen),
  withoutText: /* @__PURE__ */ textCutter(
    ['data', 'choices', 0, 'delta', 'content'],
    ['choices', 0, 'delta', 'content'],
    ['choices', 0, 'message', 'content'],
  ),
}

/** Mistral: Chat Completions of the wire or of its SDK, whose model goes on from a `prefix`. */
export const mistral: Dialect<ChatRequest, ChatResponse> = /* @__PURE__ */ chatLike('mistral', {
  stream: mistralStream,
  limitAt: (request) => ['maxTokens' in request ? 'maxTokens' : 'max_tokens'],
  continuation: (_, { text, tools }) =>
    text !== '' && tools.length === 0
      ? [{ role: 'assistant', content: text, prefix: true }]
      : undefined,
})
