import type { StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readCall } from './parts.ts'
import { identify, say, think } from './seen.ts'
import { fields, items } from './shape.ts'
import { noteUsage } from './usage.ts'

/** Streams of Ollama's own API, whose chunks look like whole answers. */
export const ollamaStream: StreamProtocol = {
  name: 'ollama',
  read(chunk, seen) {
    const { message, response, thinking, done, done_reason, model, error } = fields(chunk)
    const { prompt_eval_count, eval_count } = fields(chunk)
    const said = fields(message)
    identify(seen, undefined, model)
    think(seen, said['thinking'] ?? thinking)
    say(seen, said['content'] ?? response)
    for (const it of items(said['tool_calls'])) readCall(it, seen)
    // Its calls come whole.
    seen.toolOpen = false
    noteUsage(seen, prompt_eval_count, eval_count)
    stop(seen, done_reason)
    if (done === true) seen.ended = true
    if (error) seen.error = chunk
  },
  withoutText: /* @__PURE__ */ textCutter(['message', 'content'], ['response']),
}
