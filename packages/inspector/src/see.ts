import { addUsage, NO_USAGE, type Fault } from '@holdfast/core'
import { redact, storyOf, type AttemptEntry, type CallEntry } from '@holdfast/monitor'

import type { Mark, SeenAttempt, SeenCall, SeenFault } from './seen.ts'

/** A provider may quote a page of HTML. */
const MAX_MESSAGE = 500

/** Credentials are masked, long messages cut. */
export const seenFault = (fault: Fault): SeenFault => {
  const { kind, scope, retryable, status, code, requestId, retryAfterMs, message } = fault
  const masked = String(redact(message, 'shown'))
  return {
    kind,
    scope,
    retryable,
    message: masked.length > MAX_MESSAGE ? `${masked.slice(0, MAX_MESSAGE)}…` : masked,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** What the page is told of an attempt. */
export const seenAttempt = (attempt: AttemptEntry): SeenAttempt => ({
  n: attempt.n,
  target: attempt.target,
  provider: attempt.provider,
  model: attempt.model,
  servedModel: attempt.servedModel,
  outcome: attempt.outcome,
  fault: attempt.fault && seenFault(attempt.fault),
  startedMs: attempt.startedMs,
  firstContentMs: attempt.firstContentMs,
  durationMs: attempt.durationMs,
  usage: attempt.usage,
  costUsd: attempt.costUsd,
  wasted: attempt.wasted,
})

/** What the page is told of a call. */
export const seenCall = (
  call: CallEntry,
  seq: number,
  {
    marks,
    request,
    prompts,
  }: { readonly marks: readonly Mark[]; readonly request?: unknown; readonly prompts: boolean },
): SeenCall => ({
  seq,
  callId: call.callId,
  route: call.route,
  startedAt: call.at - call.durationMs,
  outcome: call.outcome,
  fault: call.fault && seenFault(call.fault),
  durationMs: call.durationMs,
  queuedMs: call.queuedMs,
  backoffMs: call.backoffMs,
  firstContentMs: call.firstContentMs,
  attempts: call.attempts.map(seenAttempt),
  marks: [...marks],
  skipped: call.skipped,
  cache: call.cache && { status: call.cache.status, ageMs: call.cache.ageMs },
  degraded: call.degraded,
  served: call.served?.n,
  retries: call.retries,
  fallbacks: call.fallbacks.length,
  usage: call.usage,
  totalUsage: call.totalUsage,
  costUsd: call.costUsd,
  wastedUsd: call.wastedUsd,
  unpriced: call.unpriced,
  story: storyOf(call),
  ...(request !== undefined && {
    request: redact(request, prompts ? 'shown' : 'hidden'),
  }),
})

/** May more be told of it? One that was called off without an answer may still get one, which is paid for. */
export const isUnsettled = ({ outcome, fault }: SeenAttempt): boolean =>
  outcome === 'pending' || (outcome === 'failed' && fault?.status === undefined)

/** The same call, now that one more of its attempts is over. */
export const withAttempt = (call: SeenCall, ended: AttemptEntry): SeenCall => {
  const attempts = call.attempts.map((attempt) =>
    attempt.n === ended.n
      ? { ...seenAttempt(ended), startedMs: attempt.startedMs, wasted: true }
      : attempt,
  )
  const sum = (of: (attempt: SeenAttempt) => number): number =>
    attempts.reduce((total, attempt) => total + of(attempt), 0)
  return {
    ...call,
    attempts,
    totalUsage: attempts.reduce((total, { usage }) => addUsage(total, usage), NO_USAGE),
    costUsd: sum(({ costUsd = 0 }) => costUsd),
    wastedUsd: sum(({ costUsd = 0, wasted }) => (wasted ? costUsd : 0)),
    unpriced: attempts.filter(({ costUsd }) => costUsd === undefined).length,
  }
}

/** Did anything go otherwise than it should? These are shown first where not all can be. */
export const isEventful = (call: CallEntry): boolean =>
  call.outcome === 'failed' ||
  call.attempts.length > 1 ||
  call.degraded ||
  call.skipped.length > 0 ||
  call.cache?.status === 'stale'
