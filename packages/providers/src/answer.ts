import type { Answer, FinishReason, ToolCall, Usage } from '@holdfast/core'

import { count, fields, words } from './shape.ts'

/** What a wire says of an answer, as it stands there: every field may be missing or of another type. */
export interface Found {
  readonly text?: string
  readonly finish?: FinishReason
  readonly rawFinish?: unknown
  readonly refusal?: unknown
  readonly tools?: readonly ToolCall[]
  readonly usage?: Usage
  readonly model?: unknown
  readonly id?: unknown
}

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, source: 'none' }

/** An answer of what was found; what was not found is left out or empty. */
export function answerOf(found: Found): Answer {
  const tools = found.tools ?? []
  const refusal = words(found.refusal)
  const rawFinish = words(found.rawFinish)
  const model = words(found.model)
  const id = words(found.id)
  return {
    text: found.text ?? '',
    finish: honest(found.finish ?? 'unknown', refusal, tools),
    tools,
    usage: found.usage ?? NO_USAGE,
    ...(rawFinish && { rawFinish }),
    ...(refusal && { refusal }),
    ...(model && { model }),
    ...(id && { id }),
  }
}

/**
 * "stop" hides two things: OpenAI stops a refusal with it, and stops with it too when the request
 * forced the tool that the answer calls.
 */
function honest(
  finish: FinishReason,
  refusal: string | undefined,
  tools: readonly ToolCall[],
): FinishReason {
  if (finish !== 'stop') return finish
  if (refusal) return 'refusal'
  return tools.length > 0 ? 'tool-calls' : 'stop'
}

/** Looks a provider's word up; own keys only, for the word may be "constructor". */
export function finishOf(
  table: Readonly<Record<string, FinishReason>>,
  raw: unknown,
): FinishReason | undefined {
  return typeof raw === 'string' && Object.hasOwn(table, raw) ? table[raw] : undefined
}

/** Usage as reported, or none when the provider counted neither side. */
export function usageOf(
  input: unknown,
  output: unknown,
  cached?: unknown,
  reasoning?: unknown,
): Usage {
  const inputTokens = count(input)
  const outputTokens = count(output)
  if (inputTokens === undefined && outputTokens === undefined) return NO_USAGE
  const cachedInputTokens = count(cached)
  const reasoningTokens = count(reasoning)
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    source: 'reported',
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  }
}

/** A tool call; some servers send the arguments parsed, so they are written out again. */
export function toolCall(id: unknown, name: unknown, args: unknown): ToolCall {
  const known = words(id)
  return {
    name: words(name) ?? '',
    arguments: typeof args === 'string' ? args : JSON.stringify(args ?? {}),
    ...(known && { id: known }),
  }
}

/**
 * Reads each response object once. A response is taken for finished: whoever changes it after the
 * first reading is not heard. What is no object (null, a page of HTML) is read anew each time.
 */
export function memoised<Res>(read: (response: Res) => Answer): (response: Res) => Answer {
  const known = new WeakMap<object, Answer>()
  return (response) => {
    const key = fields(response)
    const before = known.get(key)
    if (before) return before
    const answer = read(response)
    if (key === response) known.set(key, answer)
    return answer
  }
}
