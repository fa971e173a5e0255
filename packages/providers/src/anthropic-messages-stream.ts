import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { call, charge, identify, say, stop, think, writtenOut } from './seen.ts'
import type { FinishWords } from './seen.ts'
import { count, fields, items, words } from './shape.ts'

const FINISH: FinishWords = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-window',
}

/** A tool of this name is how older models are asked for a schema: what it is called with is the answer's text. */
export const AS_TEXT = 'answer_as_'

/** Streams of Messages; it reads a whole answer as a stream of one chunk. */
export const messagesStream: StreamProtocol = {
  name: 'anthropic-messages',
  read(chunk, seen) {
    const { type, message, content_block, delta, usage } = fields(chunk)
    if (type === 'message') {
      for (const block of items(fields(chunk)['content'])) readBlock(block, seen)
      readMessage(chunk, seen)
    } else if (type === 'message_start') {
      readMessage(message, seen)
    } else if (type === 'content_block_start') {
      // Its input is always `{}`: what the model writes comes as deltas.
      readBlock({ ...fields(content_block), input: undefined }, seen)
    } else if (type === 'content_block_delta') {
      const { text, thinking, partial_json } = fields(delta)
      say(seen, text)
      think(seen, thinking)
      // What a tool of the server's own is asked comes in the same deltas.
      if (!seen.toolOpen) return
      if (seen.tools.length > 0) call(seen, undefined, undefined, partial_json)
      else say(seen, partial_json)
    } else if (type === 'content_block_stop') {
      const tool = seen.toolOpen ? seen.tools.at(-1) : undefined
      if (tool?.arguments === '') tool.arguments = '{}'
      seen.toolOpen = false
    } else if (type === 'message_delta') {
      readMessage({ ...fields(delta), usage }, seen)
    } else if (type === 'error') {
      seen.error = chunk
    }
    // A `stop_reason` alone is no end: what comes after it may have been cut.
    if (type === 'message' || type === 'message_stop') seen.ended = true
  },
  withoutText: /* @__PURE__ */ textCutter(['delta', 'text'], ['content']),
}

/** `server_tool_use` is left out: the provider has run it already. */
function readBlock(block: unknown, seen: Seen): void {
  const { type, text, thinking, id, name, input } = fields(block)
  say(seen, text)
  think(seen, thinking)
  if (type !== 'tool_use') return
  seen.toolOpen = true
  if (String(name).startsWith(AS_TEXT)) say(seen, writtenOut(input))
  else call(seen, id, name, input)
}

function readMessage(message: unknown, seen: Seen): void {
  const { id, model, stop_reason, stop_details, usage } = fields(message)
  identify(seen, id, model)
  readUsage(usage, seen)
  stop(seen, FINISH, stop_reason)
  if (seen.finish === 'tool-calls' && seen.tools.length === 0) seen.finish = 'stop'
  const { explanation, category } = fields(stop_details)
  const blocked = words(category)
  const refusal = words(explanation) ?? blocked
  if (blocked) seen.blocked = blocked
  if (refusal) seen.refusal = refusal
}

/** `input_tokens` leaves out what was written to or read from the cache: the prompt is all three. */
function readUsage(usage: unknown, seen: Seen): void {
  const { input_tokens, output_tokens, output_tokens_details } = fields(usage)
  const { cache_creation_input_tokens, cache_read_input_tokens } = fields(usage)
  const { thinking_tokens } = fields(output_tokens_details)
  const fresh = count(input_tokens)
  const cached = count(cache_read_input_tokens)
  const input =
    fresh === undefined
      ? undefined
      : fresh + (count(cache_creation_input_tokens) ?? 0) + (cached ?? 0)
  charge(seen, input, output_tokens, cached, thinking_tokens)
}
