import type { StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { identify } from './seen.ts'
import { fields, items, words } from './shape.ts'
import { readUsage } from './usage.ts'

/** Streams of `generateContent`, whose chunks look like whole answers. */
export const geminiStream: StreamProtocol = {
  name: 'gemini',
  read(chunk, seen) {
    // Without `alt=sse` an error comes in a list.
    const it = fields(items(chunk)[0] ?? chunk)
    const { candidates, promptFeedback, usageMetadata, modelVersion, responseId, error } = it
    const { content, finishReason, safetyRatings } = fields(items(candidates)[0])
    identify(seen, responseId, modelVersion)
    for (const part of items(fields(content)['parts'])) readPart(part, seen)
    // Its calls come whole.
    seen.toolOpen = false
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
  },
  withoutText: /* @__PURE__ */ textCutter(['candidates', 0, 'content', 'parts']),
}
