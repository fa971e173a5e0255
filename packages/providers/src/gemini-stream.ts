import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { closeCall, identify } from './seen.ts'
import { fields, isFirst, items, words } from './shape.ts'
import { readUsage } from './usage.ts'

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
  for (const part of items(fields(content)['parts'])) {
    readPart(part, seen)
    // Its calls come whole.
    closeCall(seen)
  }
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
