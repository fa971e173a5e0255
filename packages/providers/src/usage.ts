import type { Seen } from '@holdfast/core'

import { count, fields } from './shape.ts'

/** Takes over what a provider counted, on any wire; a count that it leaves out stays as it was. */
export function readUsage(usage: unknown, seen: Seen): void {
  if (!usage) return
  const input = inputOf(usage)
  const output = outputOf(usage)
  if (input.all === undefined && output.all === undefined) return
  const before = seen.usage
  const cachedInputTokens = input.cached ?? before.cachedInputTokens
  const reasoningTokens = output.reasoning ?? before.reasoningTokens
  seen.usage = {
    inputTokens: input.all ?? before.inputTokens,
    outputTokens: output.all ?? before.outputTokens,
    source: 'reported',
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  }
}

type Counted = number | undefined

function inputOf(usage: unknown): { readonly all: Counted; readonly cached: Counted } {
  const {
    prompt_tokens,
    promptTokens,
    promptTokenCount,
    prompt_eval_count,
    prompt_tokens_details,
  } = fields(usage)
  const { input_tokens, inputTokens, input_tokens_details } = fields(usage)
  const { total = inputTokens, cacheRead } = fields(inputTokens)
  const { cachedContentTokenCount, cachedInputTokens } = fields(usage)
  const { cached_tokens } = fields(prompt_tokens_details ?? input_tokens_details ?? usage)
  const cached = cached_tokens ?? cachedContentTokenCount ?? cacheRead ?? cachedInputTokens
  const whole = count(prompt_tokens ?? promptTokens ?? promptTokenCount ?? prompt_eval_count)
  if (whole !== undefined) return { all: whole, cached: count(cached) }
  // Anthropic's and Bedrock's leave out what was written to or read from the cache: the prompt is all three.
  const { cache_read_input_tokens, cacheReadInputTokens } = fields(usage)
  const { cache_creation_input_tokens, cacheWriteInputTokens } = fields(usage)
  const read = count(cache_read_input_tokens ?? cacheReadInputTokens)
  const written = count(cache_creation_input_tokens ?? cacheWriteInputTokens)
  const fresh = count(input_tokens ?? total)
  const all = fresh === undefined ? undefined : fresh + (read ?? 0) + (written ?? 0)
  return { all, cached: count(cached) ?? read }
}

function outputOf(usage: unknown): { readonly all: Counted; readonly reasoning: Counted } {
  const { completion_tokens, completionTokens, completion_tokens_details, eval_count } =
    fields(usage)
  const { output_tokens, outputTokens, output_tokens_details } = fields(usage)
  const { total = outputTokens, reasoning } = fields(outputTokens)
  const { reasoning_tokens, thinking_tokens } = fields(
    completion_tokens_details ?? output_tokens_details,
  )
  const { candidatesTokenCount, thoughtsTokenCount, reasoningTokens } = fields(usage)
  // Gemini's leave out the thoughts, which are billed as output.
  const thoughts = count(thoughtsTokenCount)
  const written = count(candidatesTokenCount)
  return {
    all:
      written === undefined && thoughts === undefined
        ? count(completion_tokens ?? completionTokens ?? output_tokens ?? total ?? eval_count)
        : (written ?? 0) + (thoughts ?? 0),
    reasoning:
      thoughts ?? count(reasoning_tokens ?? thinking_tokens ?? reasoning ?? reasoningTokens),
  }
}
