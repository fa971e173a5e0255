import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readCall, readPart } from './parts.ts'
import { identify, think } from './seen.ts'
import { fields } from './shape.ts'
import { usageReader } from './usage.ts'

const readUsage = /* @__PURE__ */ usageReader({
  inputTokens:
    'tokens.input_tokens | tokens.inputTokens | billed_units.input_tokens | billedUnits.inputTokens',
  outputTokens:
    'tokens.output_tokens | tokens.outputTokens | billed_units.output_tokens | billedUnits.outputTokens',
  cachedInputTokens: 'cached_tokens | cachedTokens',
})

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
    if (type === 'tool-call-end') seen.toolOpen = false
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
