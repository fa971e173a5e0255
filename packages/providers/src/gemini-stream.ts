import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { bring, call, closeCall, identify, think } from './seen.ts'
import { fields, isFirst, items, words } from './shape.ts'
import { noteUsage, sum } from './usage.ts'

/** Streams of `generateContent`, whose chunks look like whole answers; without `alt=sse` they come in a list. */
export const geminiStream: StreamProtocol = {
  name: 'gemini',
  read(chunk, seen) {
    for (const it of Array.isArray(chunk) ? items(chunk) : [chunk]) readChunk(it, seen)
  },
  withoutText: /* @__PURE__ */ textCutter(['candidates', 0, 'content', 'parts']),
}

function readChunk(chunk: unknown, seen: Seen): void {
  const { candidates, promptFeedback, usageMetadata, modelVersion, responseId, error } =
    fields(chunk)
  const { content, finishReason, safetyRatings } = fields(items(candidates).find(isFirst))
  identify(seen, responseId, modelVersion)
  for (const part of items(fields(content)['parts'])) readGeminiPart(part, seen)
  readUsage(usageMetadata, seen)
  stop(seen, finishReason)
  // A prompt that was blocked has no candidates, and no other end.
  const blocked = words(fields(promptFeedback)['blockReason'])
  if (blocked) {
    seen.finish = 'content-filter'
    seen.rawFinish = blocked
  }
  if (seen.finish === 'content-filter') {
    const rating = items(safetyRatings).find((rated) => fields(rated)['blocked'])
    seen.blocked = words(fields(rating)['category']) ?? seen.rawFinish!
  }
  if (blocked ?? finishReason) seen.ended = true
  if (error) seen.error = chunk
}

function readGeminiPart(part: unknown, seen: Seen): void {
  const { text, thought, inlineData, fileData, functionCall } = fields(part)
  if (thought === true) think(seen, text)
  else readPart(part, seen)
  if (inlineData ?? fileData) bring(seen)
  if (functionCall) readGeminiCall(functionCall, seen)
}

/** Calls come whole, but for those that Vertex was asked to stream: their arguments are in pieces of a kind of their own. */
function readGeminiCall(it: unknown, seen: Seen): void {
  const { id, name, args, partialArgs, willContinue } = fields(it)
  call(seen, id, name, args)
  if (partialArgs) seen.content = 'tool'
  if (name && !willContinue) closeCall(seen)
  seen.toolOpen = willContinue === true
}

/** What Google's own tools found is prompt, and thoughts are billed as output: both are counted beside the rest. */
function readUsage(usage: unknown, seen: Seen): void {
  const { promptTokenCount, toolUsePromptTokenCount, cachedContentTokenCount } = fields(usage)
  const { candidatesTokenCount, thoughtsTokenCount } = fields(usage)
  noteUsage(
    seen,
    sum(promptTokenCount, toolUsePromptTokenCount),
    sum(candidatesTokenCount, thoughtsTokenCount),
    cachedContentTokenCount,
    thoughtsTokenCount,
  )
}
