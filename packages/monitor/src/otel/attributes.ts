import type { Attributes } from '@opentelemetry/api'

import type { AttemptEntry, CallEntry } from '../entry.ts'

/** The operation, in the words of the GenAI conventions. Everything that flows here is a chat of some kind. */
const OPERATION = 'chat'

const only = <T>(attributes: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, T] => entry[1] !== undefined),
  )

/** What identifies an attempt: few values, fit for metrics. */
export const attemptAttributes = (attempt: AttemptEntry): Record<string, string> =>
  only({
    'gen_ai.operation.name': OPERATION,
    'gen_ai.provider.name': attempt.provider,
    'gen_ai.request.model': attempt.model,
    'gen_ai.response.model': attempt.servedModel,
    'error.type': attempt.fault?.kind,
  })

/** What a span of an attempt says. */
export const attemptSpanAttributes = (attempt: AttemptEntry): Attributes => ({
  ...attemptAttributes(attempt),
  ...only({
    'gen_ai.usage.input_tokens': attempt.usage.inputTokens,
    'gen_ai.usage.output_tokens': attempt.usage.outputTokens,
    'holdfast.attempt.n': attempt.n,
    'holdfast.attempt.outcome': attempt.outcome,
    'holdfast.attempt.phase': attempt.phase,
    'holdfast.target': attempt.target,
    'holdfast.usage.source': attempt.usage.source,
    'holdfast.cost_usd': attempt.costUsd,
    'holdfast.wasted': attempt.wasted,
    'http.response.status_code': attempt.fault?.status,
  }),
})

/** What the span of a call says; the model on it is the one that really served. */
export const callSpanAttributes = (call: CallEntry): Attributes =>
  only({
    'gen_ai.operation.name': OPERATION,
    'gen_ai.provider.name': call.served?.provider,
    'gen_ai.request.model': call.served?.model,
    'gen_ai.response.model': call.served?.servedModel ?? call.served?.model,
    'gen_ai.usage.input_tokens': call.usage.inputTokens,
    'gen_ai.usage.output_tokens': call.usage.outputTokens,
    'error.type': call.fault?.kind,
    'holdfast.route': call.route,
    'holdfast.call.id': call.callId,
    'holdfast.attempts': call.attempts.length,
    'holdfast.retries': call.retries,
    'holdfast.fallbacks': call.fallbacks.length,
    'holdfast.last_option': call.lastOption,
    'holdfast.backoff_ms': call.backoffMs,
    'holdfast.cache.status': call.cache?.status,
    'holdfast.degraded': call.degraded,
    'holdfast.total_usage.input_tokens': call.totalUsage.inputTokens,
    'holdfast.total_usage.output_tokens': call.totalUsage.outputTokens,
    'holdfast.cost_usd': call.costUsd,
    'holdfast.wasted_usd': call.wastedUsd,
  })
