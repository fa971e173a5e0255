import {
  callable,
  ConfigurationError,
  faultKinds,
  place,
  quote,
  resolveOptions,
  type Context,
  type Fault,
  type FaultKind,
  type Placed,
} from '@holdfast/core'

import { faultsBut } from './options.ts'

export interface DegradeOptions {
  /**
   * Faults that are answered with the stand-in.
   *
   * @default everything but aborted and invalid-request
   */
  readonly on?: readonly FaultKind[]
}

/** What `degrade` does when not told otherwise. */
export const DEGRADE_DEFAULTS: Required<DegradeOptions> = {
  on: /* @__PURE__ */ faultsBut('aborted', 'invalid-request'),
}

/** Makes the answer when all else failed. Whatever it returns is the answer: `undefined`, `0` and functions too. */
type StandIn<Req, Res> = (ctx: Context<Req>, fault: Fault, error: unknown) => Res | Promise<Res>

/**
 * A static or template answer when all else failed, marked `degraded` in the report.
 *
 * When the stand-in itself fails, the call's own error is thrown untouched, its `cause` chain included, and the
 * stand-in's goes out as the event `degrade:failed`: neither hides the other (T66).
 */
export const degrade = <Req, Res>(
  standIn: StandIn<Req, Res>,
  options?: DegradeOptions,
): Placed<'degrade', 0, Req, Res> => {
  if (!callable.test(standIn))
    throw new ConfigurationError(
      `degrade: the stand-in must be ${callable.says}, as in degrade(() => …), got ${quote(standIn)}`,
    )
  const { on } = resolveOptions<Required<DegradeOptions>>('degrade', options, DEGRADE_DEFAULTS, {
    on: faultKinds,
  })

  const answerFor = async (ctx: Context<Req>, error: unknown): Promise<Res> => {
    const fault = ctx.classify(error)
    if (!on.includes(fault.kind)) throw error
    let answer: Res
    try {
      answer = await standIn(ctx, fault, error)
    } catch (failure) {
      ctx.emit('degrade:failed', { error: failure, fault })
      throw error
    }
    ctx.call.degraded = true
    ctx.emit('call:degraded', { fault })
    return answer
  }

  return place<'degrade', 'degrade', Req, Res>(
    { name: 'degrade', floor: 'degrade', direct: true },
    (ctx, next) => next(ctx).then(undefined, (error: unknown) => answerFor(ctx, error)),
  )
}
