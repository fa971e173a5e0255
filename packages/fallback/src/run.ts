import {
  faultOf,
  type Context,
  type Fault,
  type Next,
  type RequestNeeds,
  type Target,
} from '@holdfast/core'

import { AllTargetsFailedError } from './errors.ts'
import type { List } from './list.ts'
import { misfit } from './match.ts'

/** One call on its way through the list. */
export interface Run<Req, Res> {
  readonly list: List<Req, Res>
  readonly ctx: Context<Req>
  readonly next: Next<Req, Res>
  readonly needs: RequestNeeds | undefined
  readonly session: string | undefined
  /** Where the order was made for this call. */
  readonly targets: readonly Target<Req, unknown>[] | undefined
  /** From the first failure on, or from the start where the first target cannot be used: the rare way. */
  walk: Walk<Req> | undefined
}

/** How far a call has come that did not end with its first target. */
export interface Walk<Req> {
  readonly untried: Set<Target<Req, unknown>>
  readonly failures: Failure<Req>[]
  /** Not ready when another was taken, and told of. */
  readonly passedOver: Set<Target<Req, unknown>>
  /** Until when targets that failed may be waited for, in monotonic ms; undefined in the first round. */
  endsAt: number | undefined
}

/** A target that was tried in vain. */
export interface Failure<Req> {
  readonly target: Target<Req, unknown>
  readonly fault: Fault
  readonly error: unknown
  /** Something inside asked for alternatives and there were some: it did not wait, for our sake. */
  readonly gaveWay: boolean
  /** When, in monotonic ms. */
  readonly at: number
}

export const begin = <Req, Res>(
  list: List<Req, Res>,
  ctx: Context<Req>,
  next: Next<Req, Res>,
): Run<Req, Res> => {
  const { dialect, request } = ctx
  const reads = list.declares && dialect?.isRequest(request) === true
  const session = list.sessions?.of(ctx)
  return {
    list,
    ctx,
    next,
    needs: reads ? dialect.needs(request) : undefined,
    session,
    targets: list.perCall ? list.inOrder(ctx, session) : undefined,
    walk: undefined,
  }
}

/** The target to begin with; undefined where it takes a closer look to tell. */
export const firstOf = <Req, Res>({
  list,
  ctx,
  needs,
  targets,
}: Run<Req, Res>): Target<Req, unknown> | undefined => {
  const target =
    targets === undefined ? list.first(ctx) : targets.find(({ id }) => !list.isReserved(id))
  if (target === undefined || misfit(target, needs) !== undefined) return undefined
  // No clock is read for it: that an open target's time has come is seen on the way that does.
  return list.readyAt(ctx, target, -Infinity) === -Infinity ? target : undefined
}

/** All targets of the call, best first. */
export const targetsOf = <Req, Res>({
  list,
  ctx,
  targets,
}: Run<Req, Res>): readonly Target<Req, unknown>[] => targets ?? list.inOrder(ctx, undefined)

/** How many others could take the call now. Reserved ones do not count: nobody knows yet whether their fault comes. */
export const countReady = <Req, Res>(run: Run<Req, Res>, self: Target<Req, unknown>): number => {
  const { list, ctx, needs, walk } = run
  const now = ctx.clock.now()
  let count = 0
  for (const target of walk?.untried ?? targetsOf(run)) {
    if (target === self || list.isReserved(target.id) || misfit(target, needs)) continue
    if (list.readyAt(ctx, target, now) === -Infinity) count++
  }
  return count
}

/** What a target came to. */
export const failureOf = <Req>(
  ctx: Context<Req>,
  target: Target<Req, unknown>,
  error: unknown,
  gaveWay: boolean,
): Failure<Req> => {
  const at = ctx.clock.now()
  return { target, fault: faultSeen(ctx, error, at), error, gaveWay, at }
}

/** A pipeline in the list passes verdicts on its own means, which are no verdicts on the call: the next target may do. */
const faultSeen = <Req>(ctx: Context<Req>, error: unknown, at: number): Fault => {
  const fault = ctx.classify(error)
  if (ctx.scope.aborted || at >= ctx.deadline) return fault
  if (fault.kind === 'deadline-exceeded') return faultOf('timeout', fault.message)
  const fitsNone = AllTargetsFailedError.is(error) && error.errors.length === 0
  return fitsNone ? faultOf('model-unavailable', fault.message) : fault
}
