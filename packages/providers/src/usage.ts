import type { Seen } from '@holdfast/core'

import { count } from './shape.ts'

/**
 * Takes over what a provider counted; what is no count, or left out, stays as it was.
 *
 * @param input the whole prompt, cached tokens included
 * @param output all that was generated, reasoning included
 */
export function noteUsage(
  seen: Seen,
  input: unknown,
  output: unknown,
  cached?: unknown,
  reasoning?: unknown,
): void {
  const before = seen.usage
  const inputTokens = count(input)
  const outputTokens = count(output)
  if (inputTokens === undefined && outputTokens === undefined) return
  const cachedInputTokens = count(cached) ?? before.cachedInputTokens
  const reasoningTokens = count(reasoning) ?? before.reasoningTokens
  seen.usage = {
    inputTokens: inputTokens ?? before.inputTokens,
    outputTokens: outputTokens ?? before.outputTokens,
    source: 'reported',
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  }
}

/** All of the counts together; undefined where there is none. */
export function sum(...counts: readonly unknown[]): number | undefined {
  let all: number | undefined
  for (const it of counts) {
    const tokens = count(it)
    if (tokens !== undefined) all = (all ?? 0) + tokens
  }
  return all
}
