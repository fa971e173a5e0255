import { faultOf, sleep, type Fault, type FaultKind } from '@holdfast/core'

import { AllTargetsFailedError, summaryOf } from './errors.ts'
import { announce, turn, type Failure, type Run } from './run.ts'

/** The longest hint that the second round waits for, in ms: the cap of the usual backoff. */
export const LONGEST_WAIT_MS = 60_000

/** Verdicts on the call rather than on a target: unless opted into, they are thrown as they are. */
const VERDICTS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'aborted',
  'deadline-exceeded',
  'content-filtered',
  'refused',
])

/** When the provider lets us come back, in monotonic ms. */
const comeBackAt = ({ at, fault }: { readonly at: number; readonly fault: Fault }): number =>
  at + (fault.retryAfterMs ?? 0)

/**
 * Once every target was tried, those that gave way get their turn with nobody left to give way to, so that a retry
 * inside waits for them. A hint is waited for here: the first request of a new turn would undercut it (T12).
 */
export const secondRound = async <Req, Res>(
  run: Run<Req, Res>,
  failures: Failure<Req>[],
): Promise<Res> => {
  const { ctx } = run
  throwVerdict(run, failures)
  const waiting = failures
    .filter(({ gaveWay, fault }) => gaveWay && fault.retryable)
    .toSorted((a, b) => comeBackAt(a) - comeBackAt(b))
  for (const failure of waiting) {
    // Somebody outside knows a healthy target: that is better than waiting here.
    if (ctx.alternatives() > 0) break
    const now = ctx.clock.now()
    const waitMs = comeBackAt(failure) - now
    if (waitMs > LONGEST_WAIT_MS || now + waitMs >= ctx.deadline) continue
    // Sent to this target before: a retry like any other.
    if (!ctx.call.retryBudget.withdraw(now)) break
    await sleep(ctx, waitMs)
    announce(ctx, failures.at(-1)!, failure.target.id)
    const answer = await turn(run, failure.target, failures, () => 0)
    if (answer !== undefined) return answer.response
    throwVerdict(run, failures)
  }
  throw errorOf(run, failures)
}

const throwVerdict = <Req, Res>(
  { list }: Run<Req, Res>,
  failures: readonly Failure<Req>[],
): void => {
  const last = failures.at(-1)
  if (last !== undefined && VERDICTS.has(last.fault.kind) && !list.falls(last.fault.kind))
    throw last.error
}

/** One target: its very error. Several: all of them. None: why none could take the request. */
const errorOf = <Req, Res>({ ctx }: Run<Req, Res>, failures: readonly Failure<Req>[]): unknown => {
  const { attempts, skipped } = ctx.call
  const last = failures.at(-1)
  if (last === undefined) {
    const reasons = skipped.map(({ target, reason }) => `${target}: ${reason}`).join('; ')
    const fault = faultOf(
      'invalid-request',
      `No target can take this request: ${reasons || 'the order left none'}`,
    )
    return new AllTargetsFailedError([], attempts, fault)
  }
  if (failures.every(({ target }) => target === last.target)) return last.error
  const errors = failures.map(({ target, fault, error }) => ({ target: target.id, fault, error }))
  return new AllTargetsFailedError(errors, attempts, summaryOf(errors))
}
