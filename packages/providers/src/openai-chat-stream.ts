import { nothingSeen } from '@holdfast/core'
import type { Seen, StreamProtocol } from '@holdfast/core'

import { textCutter } from './cut.ts'
import { stop } from './finish.ts'
import { readCall, readPart } from './parts.ts'
import { bring, call, identify, refuse, say, think } from './seen.ts'
import { count, fields, isFirst, items, words } from './shape.ts'
import type { Fields } from './shape.ts'
import { noteUsage } from './usage.ts'

/**
 * Streams of Chat Completions; it reads a whole answer as a stream of one chunk.
 *
 * Mistral's SDK writes the names of the wire in camel case.
 */
export const chatStream: StreamProtocol = {
  name: 'openai-chat',
  read(chunk, seen) {
    const { choices, error, id, model, usage, x_groq } = fields(chunk)
    const one = items(choices)[0]
    const choice = fields(
      isFirst(one) ? one : (items(choices).find(isFirst) ?? readOther(one, seen)),
    )
    const { delta, finish_reason = choice['finishReason'] } = choice
    identify(seen, id, model)
    readMessage(delta ?? choice['message'], seen)
    if (usage || x_groq) readUsage(usage ?? fields(x_groq)['usage'], seen)
    // It counts more than `[DONE]`, which gateways send after a cut and some servers never send; and some write "null".
    if (finish_reason && finish_reason !== 'null') {
      // OpenRouter tells the word of the provider behind it, too.
      stop(seen, finish_reason, choice['native_finish_reason'])
      seen.ended = true
    }
    if (seen.finish === 'content-filter') readFilter(choice['content_filter_results'], seen)
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

function readMessage(message: unknown, seen: Seen): void {
  const given = fields(message)
  if (isTextOnly(given)) return say(seen, given['content'])
  const { content, refusal, reasoning_content, reasoning } = given
  const { toolCalls, tool_calls = toolCalls, function_call, images, audio } = given
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

/**
 * Most deltas are a few letters of text. To go through the names that they have is half the work of asking for the many
 * that they have not: one server's deltas have so many shapes that every field asked for is looked up anew.
 */
function isTextOnly(delta: Fields): boolean {
  for (const name in delta) if (name !== 'content' && name !== 'role') return false
  return typeof delta['content'] === 'string'
}

function readUsage(usage: unknown, seen: Seen): void {
  const { prompt_tokens_details, completion_tokens_details, total_tokens } = fields(usage)
  // Mistral's SDK writes in camel case; Kimi and DeepSeek count what was cached in places of their own.
  const { promptTokens, prompt_tokens = promptTokens, prompt_cache_hit_tokens } = fields(usage)
  const { completionTokens, completion_tokens = completionTokens, cached_tokens } = fields(usage)
  // xAI and Google leave the thoughts out of what was completed, and count them in the total.
  const generated = (count(total_tokens) ?? 0) - (count(prompt_tokens) ?? Infinity)
  noteUsage(
    seen,
    prompt_tokens,
    generated > (count(completion_tokens) ?? 0) ? generated : completion_tokens,
    fields(prompt_tokens_details)['cached_tokens'] ?? cached_tokens ?? prompt_cache_hit_tokens,
    fields(completion_tokens_details)['reasoning_tokens'],
  )
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
