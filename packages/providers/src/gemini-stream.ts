import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { bring, call, charge, identify, say, stop, think } from './seen.ts'
import type { FinishWords } from './seen.ts'
import { count, fields, items, words } from './shape.ts'

const FINISH: FinishWords = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'pause',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  // A model that writes what its own server cannot read has failed, and not refused.
  LANGUAGE: 'error',
  OTHER: 'error',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  NO_IMAGE: 'error',
  IMAGE_OTHER: 'error',
}

/** Streams of `generateContent`, whose chunks look like whole answers. */
export const geminiStream: StreamProtocol = {
  name: 'gemini',
  read(chunk, seen) {
    // Without `alt=sse` an error comes in a list.
    const { candidates, promptFeedback, usageMetadata, modelVersion, responseId, error } = fields(
      items(chunk)[0] ?? chunk,
    )
    const { content, finishReason, safetyRatings } = fields(items(candidates)[0])
    identify(seen, responseId, modelVersion)
    for (const part of items(fields(content)['parts'])) readPart(part, seen)
    readUsage(usageMetadata, seen)
    stop(seen, FINISH, finishReason)
    if (seen.finish === 'content-filter') {
      const rating = items(safetyRatings).find((it) => fields(it)['blocked'])
      seen.blocked = words(fields(rating)['category']) ?? String(finishReason)
    }
    // A prompt that was blocked has no candidates, and no other end.
    const blocked = words(fields(promptFeedback)['blockReason'])
    if (blocked) {
      seen.finish = 'content-filter'
      seen.rawFinish = seen.blocked = blocked
    }
    if (blocked || finishReason) seen.ended = true
    if (error) seen.error = chunk
  },
  withoutText: /* @__PURE__ */ textCutter(['candidates', 0, 'content', 'parts']),
}

function readPart(part: unknown, seen: Seen): void {
  const { text, thought, functionCall, inlineData, fileData } = fields(part)
  if (thought === true) think(seen, text)
  else say(seen, text)
  if (functionCall) {
    const { id, name, args } = fields(functionCall)
    call(seen, id, name, args ?? {})
  }
  if (inlineData || fileData) bring(seen)
}

/** `candidatesTokenCount` leaves out the thoughts, which are billed as output. */
function readUsage(usage: unknown, seen: Seen): void {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, cachedContentTokenCount } =
    fields(usage)
  const thoughts = count(thoughtsTokenCount)
  const written = count(candidatesTokenCount)
  const output = written ?? thoughts
  charge(
    seen,
    promptTokenCount,
    output === undefined ? undefined : (written ?? 0) + (thoughts ?? 0),
    cachedContentTokenCount,
    thoughts,
  )
}
