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

/** One call on its way through the list. */
export interface Run<Req, Res> {
  readonly list: List<Req, Res>
  readonly ctx: Context<Req>
  readonly next: Next<Req, Res>
  readonly needs: RequestNeeds | undefined
  /** Where the order was made for this call. */
  readonly targets: readonly Target<Req, unknown>[] | undefined
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

/** All targets of the call, best first. */
export const targetsOf = <Req, Res>({
  list,
  ctx,
  targets,
}: Run<Req, Res>): readonly Target<Req, unknown>[] => targets ?? list.inOrder(ctx)

/** One target's turn. */
export const send = <Req, Res>(
  { list, ctx, next }: Run<Req, Res>,
  target: Target<Req, unknown>,
  alternatives: () => number,
): Promise<Res> => {
  const overrides = { target, alternatives }
  // Most lists hold no pipeline: then there is nothing to look up.
  const handler = list.handlers.size === 0 ? undefined : list.handlers.get(target)
  return handler === undefined ? next(overrides) : handler(ctx.request, ctx.with(overrides))
}

/** A pipeline in the list has breakers of its own: it answers for itself. */
export const readyAt = <Req, Res>(
  { list, ctx }: Run<Req, Res>,
  target: Target<Req, unknown>,
): number =>
  list.handlers.has(target) || ctx.health.isReady(target.id, ctx.clock.now())
    ? -Infinity
    : ctx.health.of(target.id).until

/** How many could take the call now. Reserved ones do not count: nobody knows yet whether their fault comes. */
export const countReady = <Req, Res>(
  run: Run<Req, Res>,
  targets: readonly Target<Req, unknown>[],
): number => {
  let count = 0
  for (const target of targets)
    if (!run.list.isReserved(target.id) && readyAt(run, target) === -Infinity) count++
  return count
}

export const skip = <Req>(ctx: Context<Req>, target: string, reason: string): void => {
  ctx.call.skipped.push({ target, reason })
  ctx.emit('fallback:skipped', { target, reason })
}

/** Tells of the step from one target to the next; of one that routes around a verdict twice, for the audit. */
export const announce = <Req>(ctx: Context<Req>, failed: Failure<Req>, to: string): void => {
  const payload = { from: failed.target.id, to, fault: failed.fault }
  ctx.emit('fallback:taken', payload)
  if (failed.fault.kind === 'content-filtered' || failed.fault.kind === 'refused')
    ctx.emit('fallback:audited', payload)
}

/** Sends; undefined when it failed, which is noted. */
export const turn = async <Req, Res>(
  run: Run<Req, Res>,
  target: Target<Req, unknown>,
  failures: Failure<Req>[],
  left: () => number,
): Promise<{ readonly response: Res } | undefined> => {
  const { ctx } = run
  let gaveWay = false
  const alternatives = (): number => {
    const count = left() + ctx.alternatives()
    gaveWay ||= count > 0
    return count
  }
  try {
    return { response: await send(run, target, alternatives) }
  } catch (error) {
    failures.push(failureOf(ctx, target, error, gaveWay))
    return undefined
  }
}
