import { addUsage, NO_USAGE } from '@holdfast/core'
import type { Attempt, CallRecord } from '@holdfast/core'

import { billOf, type Bill, type Billing } from './bill.ts'
import { hadBegun } from './billing.ts'
import { UNEVENTFUL, type AttemptEntry, type CallEntry, type Story } from './entry.ts'
import type { Ended } from './heard.ts'

/** One call that has ended, as it is kept: an entry is made of it when somebody asks. */
export interface Kept {
  readonly event: Ended
  readonly story: Readonly<Story> | undefined
}

/** Did the caller get something else than the answer of an attempt? */
const stoodIn = ({ cache, degraded }: CallRecord): boolean =>
  degraded || cache?.status === 'hit' || cache?.status === 'stale'

/** Mostly the latest; asking for all of them first would make a list of one. */
const answered = (call: CallRecord): Readonly<Attempt> | undefined =>
  call.latest?.outcome === 'succeeded'
    ? call.latest
    : call.attempts.findLast(({ outcome }) => outcome === 'succeeded')

/** The attempt whose answer the caller got. */
export const servedBy = (call: CallRecord, failed: boolean): Readonly<Attempt> | undefined =>
  failed || stoodIn(call) ? undefined : answered(call)

/**
 * How a call ended. A caller who left is no failure; one whose own time limit ran out (`AbortSignal.timeout`)
 * was kept waiting, and is.
 */
export const outcomeOf = ({ fault, error }: Ended): CallEntry['outcome'] => {
  if (fault === undefined) return 'succeeded'
  const { name } = (error ?? {}) as { readonly name?: unknown }
  return fault.kind === 'aborted' && name !== 'TimeoutError' ? 'aborted' : 'failed'
}

const phaseOf = (attempt: Readonly<Attempt>): AttemptEntry['phase'] => {
  if (attempt.outcome === 'succeeded' || attempt.outcome === 'discarded') return 'ended'
  return hadBegun(attempt) ? 'committed' : 'dispatched'
}

/** One attempt as the ledger tells it. `calledAt` is the monotonic begin of its call. */
export const attemptEntry = (
  attempt: Readonly<Attempt>,
  header: { readonly callId: string; readonly route: string; readonly at: number },
  billing: Billing,
  {
    calledAt,
    wasted,
    earlier,
  }: {
    readonly calledAt?: number
    readonly wasted: boolean
    readonly earlier?: Bill | undefined
  },
): AttemptEntry => {
  const { startedAt, firstContentAt, endedAt } = attempt
  const since = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : to - from
  const { usage, usd } = billOf(attempt, header.at, billing)
  return {
    callId: header.callId,
    route: header.route,
    at: header.at,
    n: attempt.n,
    target: attempt.target,
    provider: attempt.provider,
    model: attempt.model,
    servedModel: attempt.servedModel,
    outcome: attempt.outcome,
    fault: attempt.fault,
    phase: phaseOf(attempt),
    startedMs: since(calledAt, startedAt),
    // Of an answer that came whole the two are one: only streams have a first content of their own.
    firstContentMs: firstContentAt === endedAt ? undefined : since(startedAt, firstContentAt),
    durationMs: since(startedAt, endedAt),
    usage,
    costUsd: usd,
    wasted,
    earlier: earlier && { usage: earlier.usage, costUsd: earlier.usd },
  }
}

/** One call as the ledger tells it: what attempts do after its end is in what is made of it later. */
export const callEntry = ({ event, story = UNEVENTFUL }: Kept, billing: Billing): CallEntry => {
  const { call, callId, route, at, durationMs, endedAt, fault } = event
  const calledAt = endedAt - durationMs
  const failed = fault !== undefined
  const served = servedBy(call, failed)
  const attempts = call.attempts.map((attempt) =>
    attemptEntry(attempt, event, billing, { calledAt, wasted: attempt !== served }),
  )
  const servedEntry = served && attempts[served.n - 1]
  return {
    callId,
    route,
    at,
    outcome: outcomeOf(event),
    fault,
    error: event.error,
    request: event.request,
    durationMs,
    queuedMs: story.queuedMs,
    backoffMs: story.backoffMs,
    firstContentMs: sum(servedEntry?.startedMs, servedEntry?.firstContentMs),
    attempts,
    retries: story.retries,
    fallbacks: story.fallbacks,
    lastOption: story.lastOption,
    skipped: [...call.skipped],
    cache: call.cache,
    degraded: call.degraded,
    served: servedEntry,
    usage: servedEntry?.usage ?? NO_USAGE,
    totalUsage: attempts.reduce((total, { usage }) => addUsage(total, usage), NO_USAGE),
    ...moneyOf(attempts),
  }
}

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b

const moneyOf = (
  attempts: readonly AttemptEntry[],
): Pick<CallEntry, 'costUsd' | 'wastedUsd' | 'estimatedUsd' | 'unpriced'> => {
  const dollars = (of: (attempt: AttemptEntry) => boolean): number =>
    attempts.reduce((total, attempt) => total + (of(attempt) ? (attempt.costUsd ?? 0) : 0), 0)
  return {
    costUsd: dollars(() => true),
    wastedUsd: dollars(({ wasted }) => wasted),
    estimatedUsd: dollars(({ usage }) => usage.source === 'estimated'),
    unpriced: attempts.filter(({ costUsd }) => costUsd === undefined).length,
  }
}
