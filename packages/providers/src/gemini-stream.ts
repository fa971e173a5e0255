import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { bring, call, closeCall, identify, think } from './seen.ts'
import { fields, isFirst, items, words } from './shape.ts'
import { usageReader } from './usage.ts'

// What Google's own tools found is prompt, and thoughts are billed as output: both are counted beside the rest.
const readUsage = /* @__PURE__ */ usageReader({
  inputTokens: 'promptTokenCount + toolUsePromptTokenCount',
  outputTokens: 'candidatesTokenCount + thoughtsTokenCount',
  cachedInputTokens: 'cachedContentTokenCount',
  reasoningTokens: 'thoughtsTokenCount',
})

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
  const { id, name, args } = fields(functionCall)
  if (functionCall) call(seen, id, name, args)
  // Its calls come whole.
  closeCall(seen)
}
