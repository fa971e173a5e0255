import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readPart } from './parts.ts'
import { call, identify, say, think } from './seen.ts'
import { asText, fields, items, words } from './shape.ts'
import { noteUsage } from './usage.ts'

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
    else if (isCall(chunk)) readCallPart(chunk, seen)
    else if (type === 'error') seen.error = error ?? chunk
    else if (type === 'finish') {
      readEnd(chunk, seen)
      if (seen.finish === 'error') seen.error ??= chunk
    } else if (!Array.isArray(content)) readDelta(chunk, seen)
    else {
      for (const part of items(content)) (isCall(part) ? readCallPart : readPart)(part, seen)
      readEnd(chunk, seen)
    }
  },
  withoutText(chunk, chars) {
    const { type = 'text-delta' } = fields(chunk)
    return type === 'text-delta' ? withoutText(chunk, chars) : chunk
  },
}

const withoutText = /* @__PURE__ */ textCutter(['delta'], ['text'], ['content'])

const isCall = (part: unknown): boolean => fields(part)['type'] === 'tool-call'

/** A model's parts have a `delta`; those of `fullStream` a `text`, as whole ones have. */
function readDelta(part: unknown, seen: Seen): void {
  const { type, delta } = fields(part)
  if (words(delta)) (type === 'reasoning-delta' ? think : say)(seen, delta)
  else readPart(part, seen)
}

function readInput(part: unknown, seen: Seen): void {
  const { id, toolName, providerExecuted } = fields(part)
  if (providerExecuted !== true) call(seen, id, toolName, '')
}

/** The whole call, of which the deltas have told already. */
function readCallPart(part: unknown, seen: Seen): void {
  const { toolCallId, toolName, args, input = args, providerExecuted } = fields(part)
  const begun = seen.tools.find((tool) => tool.id === toolCallId)
  if (begun) begun.arguments = ''
  if (providerExecuted !== true) call(seen, toolCallId, toolName, input)
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

/** A model's counts (from V3 on in groups), and those of `generateText`, with details beside them. */
function readUsage(usage: unknown, seen: Seen): void {
  const { inputTokens, inputTokenDetails, cachedInputTokens } = fields(usage)
  const { outputTokens, outputTokenDetails, reasoningTokens } = fields(usage)
  const { total: input = inputTokens, cacheRead = cachedInputTokens } = fields(inputTokens)
  const { total: output = outputTokens, reasoning = reasoningTokens } = fields(outputTokens)
  const { cacheReadTokens = cacheRead } = fields(inputTokenDetails)
  const { reasoningTokens: thoughts = reasoning } = fields(outputTokenDetails)
  noteUsage(seen, input, output, cacheReadTokens, thoughts)
}
