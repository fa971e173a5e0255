import {
  faultOf,
  misfit,
  type Context,
  type Fault,
  type Next,
  type RequestNeeds,
} from '@holdfast/core'

import type { Listed } from './entry.ts'
import { AllTargetsFailedError } from './errors.ts'
import type { List } from './list.ts'

/** One call on its way through the list. */
export interface Run<Req, Res> {
  readonly list: List<Req, Res>
  readonly ctx: Context<Req>
  readonly next: Next<Req, Res>
  readonly needs: RequestNeeds | undefined
  readonly session: string | undefined
  /** All there are for this call, best first. */
  readonly targets: readonly Listed<Req, Res>[]
  /** From the first failure on, or from the start where the first target cannot be used: the rare way. */
  walk: Walk<Req, Res> | undefined
}

/** How far a call has come that did not end with its first target. */
export interface Walk<Req, Res> {
  readonly untried: Set<Listed<Req, Res>>
  readonly failures: Failure<Req, Res>[]
  /** Until when targets that failed may be waited for, in monotonic ms; undefined in the first round. */
  endsAt: number | undefined
}

/** A target that was tried in vain. */
export interface Failure<Req, Res> {
  readonly target: Listed<Req, Res>
  readonly fault: Fault
  readonly error: unknown
  /** Something inside asked for alternatives and this list had some: it did not wait, for our sake. */
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
    targets: list.inOrder(ctx, session),
    walk: undefined,
  }
}

const isReady = <Req, Res>(
  { list, ctx }: Run<Req, Res>,
  target: Listed<Req, Res>,
  now: number,
): boolean => list.readyAt(ctx, target, now) === -Infinity

/** The target to begin with; undefined where it takes a closer look to tell. */
export const firstOf = <Req, Res>(run: Run<Req, Res>): Listed<Req, Res> | undefined => {
  const first = run.targets.find(({ id }) => !run.list.isReserved(id))
  // No clock is read for it: that an open target's time has come is seen on the way that does.
  const fits = first && isReady(run, first, -Infinity) && !misfit(first, run.needs)
  return fits ? first : undefined
}

/** How many others could take the call now. Reserved ones do not count: nobody knows yet whether their fault comes. */
export const countReady = <Req, Res>(run: Run<Req, Res>, self: Listed<Req, Res>): number => {
  const { list, ctx, needs, walk } = run
  let count = 0
  for (const target of walk?.untried ?? run.targets) {
    if (target === self || list.isReserved(target.id) || misfit(target, needs)) continue
    // No clock is read while all is well: this is asked several times a call.
    if (isReady(run, target, -Infinity) || isReady(run, target, ctx.clock.now())) count++
  }
  return count
}

/** What a target came to. */
export const failureOf = <Req, Res>(
  ctx: Context<Req>,
  target: Listed<Req, Res>,
  error: unknown,
  gaveWay: boolean,
): Failure<Req, Res> => {
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
