import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { bring, call, closeCall, identify, think } from './seen.ts'
import { fields, items } from './shape.ts'
import { noteUsage, sum } from './usage.ts'

/** Streams of Bedrock's Converse; it reads a whole answer as a stream of one chunk. */
export const bedrockStream: StreamProtocol = {
  name: 'bedrock-converse',
  read(chunk, seen) {
    const it = fields(chunk)
    const { contentBlockStart, contentBlockDelta, contentBlockStop, metadata, output } = it
    for (const block of items(fields(fields(output)['message'])['content'])) readBlock(block, seen)
    readBlock(fields(contentBlockStart)['start'], seen)
    readDelta(fields(contentBlockDelta)['delta'], seen)
    if (contentBlockStop) closeCall(seen)
    readUsage(it['usage'] ?? fields(metadata)['usage'], seen)
    identify(seen, fields(it['$metadata'])['requestId'])
    const { stopReason = it['stopReason'] } = fields(it['messageStop'])
    stop(seen, stopReason)
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

function readBlock(block: unknown, seen: Seen): void {
  const { toolUse, reasoningContent, citationsContent, image, video, audio, document } =
    fields(block)
  readPart(block, seen)
  const { text, reasoningText } = fields(reasoningContent)
  think(seen, text ?? fields(reasoningText)['text'])
  for (const part of items(fields(citationsContent)['content'])) readPart(part, seen)
  if (image ?? video ?? audio ?? document) bring(seen)
  const { type, toolUseId, name, input } = fields(toolUse)
  if (toolUse && type !== 'server_tool_use') call(seen, toolUseId, name, input)
}

function readDelta(delta: unknown, seen: Seen): void {
  const { toolUse, image } = fields(delta)
  // What a tool of the server's own is asked comes in the same deltas, and a file was counted with its start.
  if (!toolUse || seen.toolOpen) readBlock(image ? undefined : delta, seen)
  if (image) seen.content = 'file'
}

/** The SDK's errors know their names; what stands in a frame needs one to be told apart. */
const named = (name: string, error: unknown): unknown =>
  error instanceof Error ? error : { ...fields(error), code: name }

/** As Anthropic's: the prompt is all three. */
function readUsage(usage: unknown, seen: Seen): void {
  const { inputTokens, outputTokens } = fields(usage)
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written } = fields(usage)
  noteUsage(seen, sum(inputTokens, read, written), outputTokens, read)
}
