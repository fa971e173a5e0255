import {
  faultOf,
  sleep,
  type Context,
  type Fault,
  type FaultKind,
  type Next,
  type RequestNeeds,
  type Target,
} from '@holdfast/core'

import { AllTargetsFailedError, summaryOf } from './errors.ts'
import type { List } from './list.ts'
import { misfit, tooSmall } from './match.ts'
import { choose } from './order.ts'

/** The longest hint that the second round waits for, in ms: the cap of the usual backoff. */
export const LONGEST_WAIT_MS = 60_000

/** Verdicts on the call rather than on a target: unless opted into, they are thrown as they are. */
const VERDICTS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'aborted',
  'deadline-exceeded',
  'content-filtered',
  'refused',
])

/** One call on its way through the list. */
export interface Run<Req, Res> {
  readonly list: List<Req, Res>
  readonly ctx: Context<Req>
  readonly next: Next<Req, Res>
  readonly needs: RequestNeeds | undefined
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

/** One target's turn. */
export const send = <Req, Res>(
  { list, ctx, next }: Run<Req, Res>,
  target: Target<Req, unknown>,
  alternatives: () => number,
): Promise<Res> => {
  const handler = list.handlers.get(target)
  const overrides = { target, alternatives }
  return handler === undefined ? next(overrides) : handler(ctx.request, ctx.with(overrides))
}

/** A pipeline in the list has breakers of its own: it answers for itself. */
const readyAt = <Req, Res>({ list, ctx }: Run<Req, Res>, target: Target<Req, unknown>): number =>
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

const skip = <Req>(ctx: Context<Req>, target: string, reason: string): void => {
  ctx.call.skipped.push({ target, reason })
  ctx.emit('fallback:skipped', { target, reason })
}

/** Takes the next target out of the untried ones; says of each that is passed over why. */
const take = <Req, Res>(
  run: Run<Req, Res>,
  untried: Set<Target<Req, unknown>>,
  failures: readonly Failure<Req>[],
  passedOver: Set<Target<Req, unknown>>,
): Target<Req, unknown> | undefined => {
  const { list, ctx } = run
  const full = failures.filter(({ fault }) => fault.kind === 'context-window')
  for (const target of untried) {
    const reason = full.map((failed) => tooSmall(target, failed.target)).find(Boolean)
    if (reason === undefined) continue
    untried.delete(target)
    skip(ctx, target.id, reason)
  }
  // Every failure counts, not only the last: a target not meant for a refusal must not get it by a detour.
  const eligible = [...untried].filter(({ id }) =>
    failures.length === 0
      ? !list.isReserved(id)
      : failures.every(({ fault }) => list.kindsFor(id).includes(fault.kind)),
  )
  const chosen = choose(eligible, failures, (target) => readyAt(run, target))
  if (chosen === undefined) return undefined
  untried.delete(chosen)
  for (const target of eligible) {
    if (target === chosen || passedOver.has(target) || readyAt(run, target) === -Infinity) continue
    passedOver.add(target)
    const { state, capacity } = ctx.health.of(target.id)
    skip(ctx, target.id, capacity > 0 ? `its circuit is ${state}` : 'it is at capacity')
  }
  return chosen
}

const announce = <Req>(ctx: Context<Req>, failed: Failure<Req>, to: string): void => {
  const payload = { from: failed.target.id, to, fault: failed.fault }
  ctx.emit('fallback:taken', payload)
  if (failed.fault.kind === 'content-filtered' || failed.fault.kind === 'refused')
    ctx.emit('fallback:audited', payload)
}

/** The call from its first failure on (or from the start, when the first target cannot be used): the rare way. */
export const walk = async <Req, Res>(run: Run<Req, Res>, first?: Failure<Req>): Promise<Res> => {
  const { list, ctx, needs } = run
  const failures = first === undefined ? [] : [first]
  const passedOver = new Set<Target<Req, unknown>>()
  const untried = new Set(list.inOrder(ctx))
  if (first !== undefined) untried.delete(first.target)
  for (const target of untried) {
    const reason = misfit(target, needs)
    if (reason === undefined) continue
    untried.delete(target)
    skip(ctx, target.id, reason)
  }

  let target: Target<Req, unknown> | undefined
  while ((target = take(run, untried, failures, passedOver)) !== undefined) {
    const failed = failures.at(-1)
    if (failed !== undefined) announce(ctx, failed, target.id)
    if (untried.size === 0) ctx.emit('fallback:last-option', { target: target.id })
    const answer = await turn(run, target, failures, () => countReady(run, [...untried]))
    if (answer !== undefined) return answer.response
  }
  return secondRound(run, failures)
}

/** Sends; undefined when it failed, which is noted. */
const turn = async <Req, Res>(
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
    failures.push({ target, fault: ctx.classify(error), error, gaveWay, at: ctx.clock.now() })
    return undefined
  }
}

/** When the provider lets us come back, in monotonic ms. */
const comeBackAt = ({ at, fault }: { readonly at: number; readonly fault: Fault }): number =>
  at + (fault.retryAfterMs ?? 0)

/**
 * Once every target was tried, those that gave way get their turn with nobody left to give way to, so that a retry
 * inside waits for them. A hint is waited for here: the first request of a new turn would undercut it (T12).
 */
const secondRound = async <Req, Res>(
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
    const fault = faultOf('invalid-request', `No target can take this request: ${reasons}`)
    return new AllTargetsFailedError([], attempts, fault)
  }
  if (failures.every(({ target }) => target === last.target)) return last.error
  const errors = failures.map(({ target, fault, error }) => ({ target: target.id, fault, error }))
  return new AllTargetsFailedError(errors, attempts, summaryOf(errors))
}
