import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { bring, call, charge, identify, say, stop, think } from './seen.ts'
import type { FinishWords } from './seen.ts'
import { count, fields, items } from './shape.ts'

const FINISH: FinishWords = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  model_context_window_exceeded: 'context-window',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
  // Claude's own, which some regions pass on.
  refusal: 'refusal',
  pause_turn: 'pause',
}

/** Streams of Bedrock's Converse; it reads a whole answer as a stream of one chunk. */
export const bedrockStream: StreamProtocol = {
  name: 'bedrock-converse',
  read(chunk, seen) {
    const it = fields(chunk)
    const { contentBlockStart, contentBlockDelta, contentBlockStop, metadata, output } = it
    const { message } = fields(output)
    for (const block of items(fields(message)['content'])) readBlock(block, seen)
    readBlock(fields(contentBlockStart)['start'], seen)
    readBlock(fields(contentBlockDelta)['delta'], seen)
    if (contentBlockStop) seen.toolOpen = false
    readUsage(it['usage'] ?? fields(metadata)['usage'], seen)
    identify(seen, fields(it['$metadata'])['requestId'])
    const { stopReason = it['stopReason'] } = fields(it['messageStop'])
    stop(seen, FINISH, stopReason)
    if (stopReason) seen.ended = true
    // The SDK throws most of these; the wire names them in a header.
    const exception = Object.keys(it).find((name) => /Exception$|^:exception-type$/.test(name))
    if (exception) seen.error = exception.startsWith(':') ? chunk : named(exception, it[exception])
  },
  withoutText: /* @__PURE__ */ textCutter(
    ['contentBlockDelta', 'delta', 'text'],
    ['output', 'message', 'content'],
  ),
}

/** The SDK's errors know their names; what stands in a frame needs one to be told apart. */
const named = (name: string, error: unknown): unknown =>
  error instanceof Error ? error : { ...fields(error), code: name }

/** A block of an answer, or the start or a delta of one. */
function readBlock(block: unknown, seen: Seen): void {
  const { text, toolUse, reasoningContent, image, document, video } = fields(block)
  say(seen, text)
  const { text: thought, reasoningText } = fields(reasoningContent)
  think(seen, thought ?? fields(reasoningText)['text'])
  if (toolUse) {
    const { toolUseId, name, input } = fields(toolUse)
    seen.toolOpen = true
    call(seen, toolUseId, name, input)
  }
  if (image ?? document ?? video) bring(seen)
}

/** `inputTokens` leaves out what was written to or read from the cache: the prompt is all three. */
function readUsage(usage: unknown, seen: Seen): void {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = fields(usage)
  const fresh = count(inputTokens)
  const [read, written] = [count(cacheReadInputTokens), count(cacheWriteInputTokens)]
  const input = fresh === undefined ? undefined : fresh + (read ?? 0) + (written ?? 0)
  charge(seen, input, outputTokens, read)
}
