import type { FinishReason, Seen } from '@holdfast/core'

import { words } from './shape.ts'

/** The words of all wires in the one vocabulary; they do not collide. */
const REASONS: readonly (readonly [FinishReason, RegExp])[] = [
  ['stop', /^(stop(_sequence)?|end_turn|completed?|eos(_token)?)$/i],
  ['tool-calls', /^(tool[_-]calls?|tool_use|function_call)$/i],
  ['length', /^(length|max_(output_)?tokens)$/i],
  ['refusal', /^refusal$/],
  ['pause', /^(pause_turn|continuation|compaction)$/i],
  ['context-window', /^(model_length|(model_context_window|context_length)_exceeded)$/],
  [
    'content-filter',
    /^(content[_-]filter(ed)?|guardrail_intervened|(image_)?(safety|prohibited_content|recitation)|blocklist|spii|model_armor|escalation|pup_limited_disabled|sensitive)$/i,
  ],
  // A model that writes what its own server cannot read has failed, and not refused.
  [
    'error',
    /^(error|timeout|cancelled|abort(ed)?|network_error|insufficient_system_resource|language|no_image|(image_)?other|(malformed|missing)_\w+|(unexpected|too_many)_tool_calls?)$/i,
  ],
]

/** A provider's word in the one vocabulary. */
export function reasonOf(word: unknown): FinishReason {
  const said = words(word)
  if (said === undefined) return 'unknown'
  return REASONS.find(([, pattern]) => pattern.test(said))?.[0] ?? 'unknown'
}

/** What gateways and SDKs have no word for in their own vocabulary: a pause is a "stop" there, a full window a "length". */
const LOST = new Set<FinishReason>(['refusal', 'pause', 'context-window', 'error'])

/**
 * Notes why the model stopped, once it has; `native` is the word of the provider behind a gateway or an SDK.
 *
 * "stop" hides two things: OpenAI stops a refusal with it, and stops with it too when the request
 * forced the tool that the answer calls.
 */
export function stop(seen: Seen, raw: unknown, native?: unknown): void {
  const word = words(native) ?? words(raw)
  if (!word) return
  const precise = reasonOf(native)
  const reason = LOST.has(precise) ? precise : reasonOf(raw)
  const hidden = seen.refusal ? 'refusal' : seen.tools.length > 0 ? 'tool-calls' : 'stop'
  seen.rawFinish = word
  seen.finish = reason === 'stop' ? hidden : reason
  seen.toolOpen = false
}
