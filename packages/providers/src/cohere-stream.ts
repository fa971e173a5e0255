import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { call, charge, identify, say, stop, think } from './seen.ts'
import type { FinishWords } from './seen.ts'
import { fields } from './shape.ts'
import { snaked } from './snake.ts'

const FINISH: FinishWords = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR: 'error',
  TIMEOUT: 'error',
}

/** Streams of Cohere's Chat, version 2; it reads a whole answer as a stream of one chunk. */
export const cohereStream: StreamProtocol = {
  name: 'cohere',
  read(chunk, seen) {
    const { type, id, delta = snaked(chunk) } = fields(snaked(chunk))
    const { message, usage, finish_reason, error } = fields(delta)
    identify(seen, id)
    readMessage(message, seen)
    const { tokens, cached_tokens } = fields(usage)
    const { input_tokens, output_tokens } = fields(tokens)
    charge(seen, input_tokens, output_tokens, cached_tokens)
    stop(seen, FINISH, finish_reason)
    if (finish_reason) seen.ended = true
    if (type === 'tool-call-end') seen.toolOpen = false
    if (error || seen.finish === 'error') seen.error = chunk
  },
  withoutText: /* @__PURE__ */ textCutter(
    ['delta', 'message', 'content', 'text'],
    ['message', 'content'],
  ),
}

/** Contents and calls come one by one in a stream, in lists in an answer. */
function readMessage(message: unknown, seen: Seen): void {
  const { content, tool_calls, tool_plan } = fields(message)
  think(seen, tool_plan)
  for (const part of [content].flat()) {
    const { text, thinking } = fields(part)
    think(seen, thinking)
    say(seen, text)
  }
  for (const it of [tool_calls].flat()) {
    if (!it) continue
    const { id, function: named } = fields(it)
    const { name, arguments: args } = fields(named)
    seen.toolOpen = true
    call(seen, id, name, args)
  }
}
