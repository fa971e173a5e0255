import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { call, identify } from './seen.ts'
import { asText, fields, items, words } from './shape.ts'
import { readUsage } from './usage.ts'

/** What the SDK writes where the provider gave no reason at all, because its stream was cut. */
const MADE_UP = /^(interrupted|other|unknown)$/

/** Streams of the AI SDK's language models (V2 to V4) and of `fullStream`; it reads results too. */
export const aiSdkStream: StreamProtocol = {
  name: 'ai-sdk',
  read(chunk, seen) {
    const { type, id, delta, toolName, modelId, error, content } = fields(chunk)
    if (type === 'response-metadata') identify(seen, id, modelId)
    else if (type === 'tool-input-start') readInput(chunk, seen)
    else if (type === 'tool-input-delta') {
      if (seen.tools.some((tool) => tool.id === id)) call(seen, id, toolName, delta)
    } else if (type === 'tool-input-end') seen.toolOpen = false
    else if (type === 'tool-call') readCallPart(chunk, seen)
    else if (type === 'error') seen.error = error ?? chunk
    else if (type === 'finish') {
      readEnd(chunk, seen)
      if (seen.finish === 'error') seen.error ??= chunk
    } else if (!Array.isArray(content)) readPart(chunk, seen)
    else {
      for (const part of items(content)) readPart(part, seen)
      readEnd(chunk, seen)
    }
  },
  withoutText(chunk, chars) {
    const { type = 'text-delta' } = fields(chunk)
    return type === 'text-delta' ? withoutText(chunk, chars) : chunk
  },
}

const withoutText = /* @__PURE__ */ textCutter(['delta'], ['text'], ['content'])

function readInput(part: unknown, seen: Seen): void {
  const { id, toolName, providerExecuted } = fields(part)
  if (providerExecuted === true) return
  seen.toolOpen = true
  call(seen, id, toolName, '')
}

/** The whole call, of which the deltas have told already. */
function readCallPart(part: unknown, seen: Seen): void {
  const begun = seen.tools.find((tool) => tool.id === fields(part)['toolCallId'])
  if (begun) begun.arguments = ''
  readPart(part, seen)
  seen.toolOpen = false
}

/** A finish is the end only if a provider gave one. */
function readEnd(result: unknown, seen: Seen): void {
  const { finishReason, rawFinishReason, usage, totalUsage, response } = fields(result)
  const { unified = finishReason, raw = rawFinishReason } = fields(finishReason)
  const { id, modelId } = fields(response)
  const word = words(raw)
  const isMadeUp = MADE_UP.test(asText(unified))
  identify(seen, id, modelId)
  readUsage(usage ?? totalUsage, seen)
  // A reason of the SDK's own making is no word for "error", as Gemini's "OTHER" is.
  if (isMadeUp) stop(seen, word)
  else stop(seen, unified, raw)
  seen.ended = word !== undefined || !isMadeUp
}
