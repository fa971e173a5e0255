import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readCall, readPart } from './parts.ts'
import { identify, think } from './seen.ts'
import { fields } from './shape.ts'
import { snaked } from './snake.ts'
import { readUsage } from './usage.ts'

/** Streams of Cohere's Chat, version 2; it reads a whole answer as a stream of one chunk. */
export const cohereStream: StreamProtocol = {
  name: 'cohere',
  read(chunk, seen) {
    // Its SDK writes the names of the wire in camel case.
    const it = fields(snaked(chunk))
    const { message, usage, finish_reason, error } = fields(it['delta'] ?? it)
    const { tokens, cached_tokens } = fields(usage)
    identify(seen, it['id'])
    readMessage(message, seen)
    readUsage({ ...fields(tokens), cached_tokens }, seen)
    stop(seen, finish_reason)
    if (finish_reason) seen.ended = true
    if (it['type'] === 'tool-call-end') seen.toolOpen = false
    if (error || seen.finish === 'error') seen.error = chunk
  },
  withoutText: /* @__PURE__ */ textCutter(['delta', 'message', 'content'], ['message', 'content']),
}

/** Contents and calls come one by one in a stream, in lists in an answer. */
function readMessage(message: unknown, seen: Seen): void {
  const { content, tool_calls, tool_plan } = fields(message)
  think(seen, tool_plan)
  for (const part of [content].flat()) readPart(part, seen)
  for (const it of [tool_calls].flat()) readCall(it, seen)
}
