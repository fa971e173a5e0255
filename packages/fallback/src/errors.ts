import { faultOf, hasCode, HoldfastError, type Attempt, type Fault } from '@holdfast/core'

import type { List } from './list.ts'
import { isVerdict } from './options.ts'
import { ranked } from './order.ts'
import type { Failure, Run } from './run.ts'

/** What one try of one target came to. */
export interface TargetFailure {
  /** The target's id. */
  readonly target: string
  readonly fault: Fault
  /** The very error that the target threw. */
  readonly error: unknown
}

/**
 * Thrown by `fallback` when at least two targets were tried and none served, or when none could take the request.
 * When only one was tried its own error is thrown instead.
 *
 * `cause` is the first error: the later ones are often about the stand-in, not about what went wrong.
 */
export class AllTargetsFailedError extends HoldfastError {
  override readonly name = 'AllTargetsFailedError'
  readonly code = 'HOLDFAST_ALL_TARGETS_FAILED'
  readonly userMessage = 'The service is not available at the moment. Please try again later.'
  /** In the order in which they happened. */
  readonly errors: readonly TargetFailure[]
  /** Every upstream request of the call so far, those of retries included. */
  readonly attempts: readonly Readonly<Attempt>[]

  constructor(errors: readonly TargetFailure[], attempts: readonly Attempt[], fault: Fault) {
    super(fault, errors[0] && { cause: errors[0].error })
    this.errors = errors
    this.attempts = [...attempts]
  }

  static override is(error: unknown): error is AllTargetsFailedError {
    return hasCode(error, 'HOLDFAST_ALL_TARGETS_FAILED')
  }
}

/** Does the call end here, with this very error? */
export const endsCall = <Req, Res>(
  list: List<Req, Res>,
  { fault: { kind } }: Failure<Req, Res>,
): boolean => isVerdict(kind) && !list.falls(kind)

/** One target, or a verdict: its very error. Several: all of them. None: why none could take the request. */
export const errorOf = <Req, Res>(
  { list, ctx }: Run<Req, Res>,
  failures: readonly Failure<Req, Res>[],
): unknown => {
  const { attempts, skipped } = ctx.call
  const last = failures.at(-1)
  if (last === undefined) {
    const reasons = skipped.map(({ target, reason }) => `${target}: ${reason}`).join('; ')
    const why = `No target can take this request: ${reasons || 'the order left none'}`
    return new AllTargetsFailedError([], attempts, faultOf('invalid-request', why))
  }
  if (endsCall(list, last) || failures.every(({ target }) => target === last.target))
    return last.error
  const errors = failures.map(({ target, fault, error }) => ({ target: target.id, fault, error }))
  return new AllTargetsFailedError(errors, attempts, summaryOf(failures, ctx.clock.now()))
}

/**
 * The fault that says most about the whole: the one that names the earliest time to come back, from now on, else the
 * first. Never retryable: everything that could be sent again has been.
 */
const summaryOf = <Req, Res>(failures: readonly Failure<Req, Res>[], now: number): Fault => {
  const waitMs = ({ at, fault: { retryAfterMs = Infinity } }: Failure<Req, Res>): number =>
    Math.max(0, Math.ceil(at + retryAfterMs - now))
  const soonest = ranked(failures, waitMs)[0]!
  const retryAfterMs = waitMs(soonest)
  const list = failures.map(({ target, fault: { kind } }) => `${target.id} (${kind})`).join(', ')
  return {
    ...soonest.fault,
    ...(retryAfterMs < Infinity && { retryAfterMs }),
    retryable: false,
    message: `All targets failed: ${list}`,
  }
}
