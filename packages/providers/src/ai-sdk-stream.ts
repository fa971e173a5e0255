import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { bring, call, charge, identify, say, stop, think } from './seen.ts'
import type { FinishWords } from './seen.ts'
import { fields, items, words } from './shape.ts'

const FINISH: FinishWords = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
  'tool-calls': 'tool-calls',
  error: 'error',
}

/** The providers' words that the SDK's own lose: a pause counts as "stop" there, a full window as "length". */
const LOST: FinishWords = {
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-window',
  model_length: 'context-window',
  error: 'error',
}

/** What the SDK writes where the provider gave no reason at all, because its stream was cut. */
const MADE_UP = /^(interrupted|other|unknown)$/

/** Streams of the AI SDK's language models (V2 to V4) and of `fullStream`; it reads results too. */
export const aiSdkStream: StreamProtocol = {
  name: 'ai-sdk',
  read(chunk, seen) {
    const { type, error, content } = fields(chunk)
    if (Array.isArray(content)) {
      for (const part of items(content)) readPart(part, seen)
      readEnd(chunk, seen)
    } else if (type === 'finish') {
      readEnd(chunk, seen)
      if (seen.finish === 'error') seen.error ??= chunk
    } else if (type === 'error') {
      seen.error = error ?? chunk
    } else {
      readPart(chunk, seen)
    }
  },
  withoutText(chunk, chars) {
    const { type = 'text-delta' } = fields(chunk)
    return type === 'text-delta' ? withoutText(chunk, chars) : chunk
  },
}

const withoutText = /* @__PURE__ */ textCutter(['delta'], ['text'], ['content'])

function readPart(part: unknown, seen: Seen): void {
  const { type, id, delta, text, modelId, toolCallId, toolName, input } = fields(part)
  const { providerExecuted } = fields(part)
  if (type === 'text-delta' || type === 'text') say(seen, delta ?? text)
  else if (type === 'reasoning-delta' || type === 'reasoning') think(seen, delta ?? text)
  else if (type === 'file' || type === 'reasoning-file') bring(seen)
  else if (type === 'response-metadata') identify(seen, id, modelId)
  // The provider runs these itself.
  else if (providerExecuted === true) return
  else if (type === 'tool-input-start') {
    seen.toolOpen = true
    call(seen, id, toolName, '')
  } else if (type === 'tool-input-delta') {
    if (seen.tools.some((tool) => tool.id === id)) call(seen, id, undefined, delta)
  } else if (type === 'tool-input-end') seen.toolOpen = false
  else if (type === 'tool-call') {
    const begun = seen.tools.find((tool) => tool.id === toolCallId)
    if (begun) begun.arguments = ''
    call(seen, toolCallId, toolName, input)
    seen.content = 'tool'
    seen.toolOpen = false
  }
}

function readEnd(result: unknown, seen: Seen): void {
  const { finishReason, rawFinishReason, usage, totalUsage, response } = fields(result)
  const { unified = finishReason, raw = rawFinishReason } = fields(finishReason)
  const { id, modelId } = fields(response)
  identify(seen, id, modelId)
  readUsage(usage ?? totalUsage, seen)
  stop(seen, FINISH, unified)
  stop(seen, LOST, Object.hasOwn(LOST, String(raw)) ? raw : undefined)
  const word = words(raw)
  if (word) seen.rawFinish = word
  seen.ended = word !== undefined || !MADE_UP.test(String(unified))
}

function readUsage(usage: unknown, seen: Seen): void {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = fields(usage)
  const { total: input = inputTokens, cacheRead = cachedInputTokens } = fields(inputTokens)
  const { total: output = outputTokens, reasoning = reasoningTokens } = fields(outputTokens)
  charge(seen, input, output, cacheRead, reasoning)
}
