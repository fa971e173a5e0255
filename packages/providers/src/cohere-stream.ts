import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readCall, readPart } from './parts.ts'
import { closeCall, identify, think } from './seen.ts'
import { fields } from './shape.ts'
import { noteUsage } from './usage.ts'

/** Streams of Cohere's Chat, version 2; it reads a whole answer as a stream of one chunk. */
export const cohereStream: StreamProtocol = {
  name: 'cohere',
  read(chunk, seen) {
    const { type, id, delta = chunk } = fields(chunk)
    // Its SDK writes the names of the wire in camel case.
    const { message, usage, error, finishReason, finish_reason = finishReason } = fields(delta)
    identify(seen, id)
    readMessage(message, seen)
    readUsage(usage, seen)
    stop(seen, finish_reason)
    if (finish_reason) seen.ended = true
    if (type === 'tool-call-end') closeCall(seen)
    if (error || seen.finish === 'error') seen.error = chunk
  },
  withoutText: /* @__PURE__ */ textCutter(['delta', 'message', 'content'], ['message', 'content']),
}

/** Contents and calls come one by one in a stream, in lists in an answer. */
function readMessage(message: unknown, seen: Seen): void {
  const { content, toolCalls, tool_calls = toolCalls } = fields(message)
  const { toolPlan, tool_plan = toolPlan } = fields(message)
  think(seen, tool_plan)
  for (const part of oneOrMany(content)) readPart(part, seen)
  for (const it of oneOrMany(tool_calls)) readCall(it, seen)
}

const oneOrMany = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** What it bills may be all that it tells. */
function readUsage(usage: unknown, seen: Seen): void {
  const { billedUnits, billed_units = billedUnits, tokens = billed_units } = fields(usage)
  const { cachedTokens, cached_tokens = cachedTokens } = fields(usage)
  const { inputTokens, input_tokens = inputTokens } = fields(tokens)
  const { outputTokens, output_tokens = outputTokens } = fields(tokens)
  noteUsage(seen, input_tokens, output_tokens, cached_tokens)
}
