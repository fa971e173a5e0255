import { nothingSeen } from '@holdfast/core'
import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readCall, readPart } from './parts.ts'
import { bring, call, identify, refuse, say, think } from './seen.ts'
import { fields, isFirst, items, words } from './shape.ts'
import { usageReader } from './usage.ts'

// Cached tokens: Kimi's and DeepSeek's in places of their own. Mistral's SDK writes in camel case.
const readUsage = /* @__PURE__ */ usageReader({
  inputTokens: 'prompt_tokens | promptTokens',
  outputTokens: 'completion_tokens | completionTokens',
  cachedInputTokens:
    'prompt_tokens_details.cached_tokens | cached_tokens | prompt_cache_hit_tokens',
  reasoningTokens: 'completion_tokens_details.reasoning_tokens | reasoning_tokens',
})

/**
 * Streams of Chat Completions; it reads a whole answer as a stream of one chunk.
 *
 * Mistral's SDK writes the names of the wire in camel case.
 */
export const chatStream: StreamProtocol = {
  name: 'openai-chat',
  read(chunk, seen) {
    const { choices, error, id, model, usage, x_groq } = fields(chunk)
    const [one] = items(choices)
    const choice = fields(
      isFirst(one) ? one : (items(choices).find(isFirst) ?? readOther(one, seen)),
    )
    const { delta, message, finishReason, finish_reason = finishReason } = choice
    identify(seen, id, model)
    readMessage(delta ?? message, seen)
    if (usage || x_groq) readUsage(usage ?? fields(x_groq)['usage'], seen)
    // OpenRouter tells the word of the provider behind it, too.
    if (finish_reason) stop(seen, finish_reason, choice['native_finish_reason'])
    if (seen.finish === 'content-filter') readFilter(choice['content_filter_results'], seen)
    // It counts more than `[DONE]`, which gateways send after a cut and some servers never send.
    if (finish_reason) seen.ended = true
    if (error || seen.finish === 'error') seen.error = chunk
  },
  withoutText: /* @__PURE__ */ textCutter(
    ['choices', 0, 'delta', 'content'],
    ['choices', 0, 'message', 'content'],
  ),
}

/**
 * The choices of a request with `n` come interleaved. The first one is the answer; that another still speaks is progress,
 * and the stream is not over.
 */
function readOther(choice: unknown, seen: Seen): void {
  const { delta, finish_reason } = fields(choice)
  const other = nothingSeen()
  readMessage(delta, other)
  seen.content = other.content
  seen.ended = Boolean(finish_reason && seen.rawFinish)
}

// Most chunks are a few letters of text: what they do not have is not looked into.
function readMessage(message: unknown, seen: Seen): void {
  const { content, refusal, reasoning_content, reasoning } = fields(message)
  const { toolCalls, tool_calls = toolCalls, function_call, images, audio } = fields(message)
  think(seen, words(reasoning_content) ?? reasoning)
  say(seen, content)
  if (Array.isArray(content)) for (const part of content) readPart(part, seen)
  refuse(seen, refusal)
  if (tool_calls) for (const it of items(tool_calls)) readCall(it, seen)
  if (function_call) {
    const { name, arguments: args } = fields(function_call)
    call(seen, undefined, name, args)
  }
  if (images) bring(seen, items(images).length)
  if (audio) listen(audio, seen)
}

/** One sound comes in many pieces. */
function listen(audio: unknown, seen: Seen): void {
  const { data, transcript } = fields(audio)
  if (!words(data) && !words(transcript)) return
  if (!seen.files) bring(seen)
  seen.content = 'file'
}

/** Azure tells which of its filters it was: `{ violence: { filtered: true, severity: 'high' } }`. */
function readFilter(results: unknown, seen: Seen): void {
  for (const [category, result] of Object.entries(fields(results))) {
    if (fields(result)['filtered'] === true) seen.blocked = category
  }
}
