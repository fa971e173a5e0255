import { faultOf, HoldfastError, hasCode } from '@holdfast/core'

/**
 * Why a call was not sent: too many wait already; it waited as long as it may; it could not finish by its deadline;
 * another target is free; every target is down, and a cache outside has an older answer.
 */
export type LimitReason = 'queue-full' | 'waited' | 'deadline' | 'busy' | 'stand-in'

const SENTENCES: Readonly<Record<LimitReason, string>> = {
  'queue-full': 'too many calls wait already',
  waited: 'it waited as long as it may',
  deadline: 'it could not finish by its deadline',
  busy: 'another target is free',
  'stand-in': 'every target is down, and there is an older answer to give',
}

/** Thrown instead of sending a request that would go beyond a limit. `fault.retryAfterMs` says when to come back, where that is known. */
export class LimitedError extends HoldfastError {
  override readonly name = 'LimitedError'
  readonly code = 'HOLDFAST_LIMITED'
  readonly userMessage = 'The service is busy right now. Please try again in a moment.'
  /** Which key, or which route for a call that waited for any. */
  readonly key: string
  readonly reason: LimitReason

  constructor(key: string, reason: LimitReason, retryAfterMs?: number) {
    super(
      faultOf(
        'limited',
        `The limit of '${key}' is reached: ${SENTENCES[reason]}`,
        retryAfterMs === undefined ? {} : { retryAfterMs },
      ),
    )
    this.key = key
    this.reason = reason
  }

  static override is(error: unknown): error is LimitedError {
    return hasCode(error, 'HOLDFAST_LIMITED')
  }
}
