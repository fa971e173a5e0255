import type { Call } from './call.ts'
import type { Usage } from './dialect.ts'
import { NO_USAGE } from './nothing.ts'
import type { Attempt, CallReport } from './record.ts'

/** Sums what is known; one estimate makes the sum an estimate. */
export const addUsage = (a: Usage, b: Usage | undefined): Usage => {
  if (b === undefined || b.source === 'none') return a
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: (a.cachedInputTokens ?? 0) + (b.cachedInputTokens ?? 0),
    reasoningTokens: (a.reasoningTokens ?? 0) + (b.reasoningTokens ?? 0),
    source: a.source === 'estimated' || b.source === 'estimated' ? 'estimated' : 'reported',
  }
}

/** The attempt whose answer the caller got: the latest that succeeded, unless a cache or `degrade` answered. */
const servedBy = ({ attempts, cache, degraded }: Call): Attempt | undefined => {
  if (degraded || cache?.status === 'hit' || cache?.status === 'stale') return undefined
  return attempts.findLast(({ outcome }) => outcome === 'succeeded')
}

/** What a call did, as plain data that no later event changes. */
export const reportOf = (
  call: Call,
  route: string,
  startedAt: number,
  endedAt: number,
): CallReport => {
  const served = servedBy(call)
  return {
    callId: call.id,
    route,
    durationMs: endedAt - startedAt,
    attempts: call.attempts.map(({ work: _work, ...attempt }) => attempt),
    skipped: [...call.skipped],
    cache: call.cache,
    degraded: call.degraded,
    served: served && {
      target: served.target,
      provider: served.provider,
      model: served.servedModel ?? served.model,
    },
    usage: served?.usage ?? NO_USAGE,
    totalUsage: call.attempts.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  }
}

/** Called by a validator: the latest attempt answered, and the answer was no good. */
export const rejectAnswer = (
  call: { readonly attempts: readonly Attempt[] },
  fault: NonNullable<Attempt['fault']>,
): void => {
  const attempt = call.attempts.findLast(({ outcome }) => outcome === 'succeeded')
  if (attempt === undefined) return
  attempt.outcome = 'failed'
  attempt.fault = fault
}
