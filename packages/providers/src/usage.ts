import type { Seen } from '@holdfast/core'

import { count, fields } from './shape.ts'

/**
 * Takes over what a provider counted, on any wire; a count that it leaves out stays as it was.
 *
 * The names of the wires do not collide, and where several stand for one count they mean the same.
 */
export function readUsage(usage: unknown, seen: Seen): void {
  if (!usage) return
  const inputTokens = inputOf(usage)
  const outputTokens = outputOf(usage)
  if (inputTokens === undefined && outputTokens === undefined) return
  const before = seen.usage
  const cachedInputTokens = cachedOf(usage) ?? before.cachedInputTokens
  const reasoningTokens = reasoningOf(usage) ?? before.reasoningTokens
  seen.usage = {
    inputTokens: inputTokens ?? before.inputTokens,
    outputTokens: outputTokens ?? before.outputTokens,
    source: 'reported',
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  }
}

function inputOf(usage: unknown): number | undefined {
  const prompt = first(
    usage,
    'prompt_tokens',
    'promptTokens',
    'promptTokenCount',
    'prompt_eval_count',
  )
  // What Google's own tools found is prompt, and counted beside it.
  if (prompt !== undefined) return prompt + (first(usage, 'toolUsePromptTokenCount') ?? 0)
  const fresh =
    first(usage, 'input_tokens', 'inputTokens') ?? first(fields(usage)['inputTokens'], 'total')
  // Anthropic's and Bedrock's leave out what was written to or read from the cache: the prompt is all three.
  const written = first(usage, 'cache_creation_input_tokens', 'cacheWriteInputTokens')
  return fresh === undefined ? undefined : fresh + (readOf(usage) ?? 0) + (written ?? 0)
}

const readOf = (usage: unknown): number | undefined =>
  first(usage, 'cache_read_input_tokens', 'cacheReadInputTokens')

function cachedOf(usage: unknown): number | undefined {
  const { prompt_tokens_details, input_tokens_details, inputTokenDetails, inputTokens } =
    fields(usage)
  const details = prompt_tokens_details ?? input_tokens_details ?? inputTokenDetails ?? inputTokens
  return (
    first(details, 'cached_tokens', 'cacheReadTokens', 'cacheRead') ??
    first(
      usage,
      'cached_tokens',
      'prompt_cache_hit_tokens',
      'cachedContentTokenCount',
      'cachedInputTokens',
    ) ??
    readOf(usage)
  )
}

function outputOf(usage: unknown): number | undefined {
  const written =
    first(
      usage,
      'completion_tokens',
      'completionTokens',
      'output_tokens',
      'outputTokens',
      'candidatesTokenCount',
      'eval_count',
    ) ?? first(fields(usage)['outputTokens'], 'total')
  // Gemini's leave out the thoughts, which are billed as output.
  const thoughts = first(usage, 'thoughtsTokenCount')
  return thoughts === undefined ? written : (written ?? 0) + thoughts
}

function reasoningOf(usage: unknown): number | undefined {
  const { completion_tokens_details, output_tokens_details, outputTokenDetails, outputTokens } =
    fields(usage)
  const details =
    completion_tokens_details ?? output_tokens_details ?? outputTokenDetails ?? outputTokens
  return (
    first(details, 'reasoning_tokens', 'thinking_tokens', 'reasoningTokens', 'reasoning') ??
    first(usage, 'thoughtsTokenCount', 'reasoning_tokens', 'reasoningTokens')
  )
}

/** The first of these fields that is a count. */
function first(of: unknown, ...names: readonly string[]): number | undefined {
  const given = fields(of)
  for (const name of names) {
    const counted = count(given[name])
    if (counted !== undefined) return counted
  }
  return undefined
}
