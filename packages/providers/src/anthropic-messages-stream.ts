import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { call, closeCall, identify, say, writtenOut } from './seen.ts'
import { fields, items, words } from './shape.ts'
import { noteUsage, sum } from './usage.ts'

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
      const block = fields(content_block)
      // Its input is `{}`: what the model writes comes as deltas. Some gateways have no deltas.
      const isWritten = Object.keys(fields(block['input'])).length > 0
      readBlock(isWritten ? block : { ...block, input: undefined }, seen)
    } else if (type === 'content_block_delta') {
      const { partial_json } = fields(delta)
      readPart(delta, seen)
      // What a tool of the server's own is asked comes in the same deltas.
      if (!seen.toolOpen) return
      if (seen.tools.length > 0) call(seen, undefined, undefined, partial_json)
      else say(seen, partial_json)
    } else if (type === 'content_block_stop') {
      closeCall(seen)
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

function readBlock(block: unknown, seen: Seen): void {
  const { type, id, name, input } = fields(block)
  if (type !== 'tool_use') return readPart(block, seen)
  if (!words(name)?.startsWith(AS_TEXT)) return call(seen, id, name, input)
  seen.toolOpen = true
  say(seen, writtenOut(input))
}

function readMessage(message: unknown, seen: Seen): void {
  const { id, model, stop_reason, stop_details, usage } = fields(message)
  identify(seen, id, model)
  readUsage(usage, seen)
  stop(seen, stop_reason)
  if (seen.finish === 'tool-calls' && seen.tools.length === 0) seen.finish = 'stop'
  const { explanation, category } = fields(stop_details)
  const blocked = words(category)
  const refusal = words(explanation) ?? blocked
  if (blocked) seen.blocked = blocked
  if (refusal) seen.refusal = refusal
}

/** What was written to or read from the cache is left out of `input_tokens`: the prompt is all three. */
function readUsage(usage: unknown, seen: Seen): void {
  const { input_tokens, output_tokens, output_tokens_details } = fields(usage)
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = fields(usage)
  const { thinking_tokens } = fields(output_tokens_details)
  noteUsage(seen, sum(input_tokens, read, written), output_tokens, read, thinking_tokens)
}
