import { misfit, type Context } from '@holdfast/core'

import { comeBack } from './come-back.ts'
import type { Listed } from './entry.ts'
import { errorOf } from './errors.ts'
import { tooSmall } from './match.ts'
import { isVerdict } from './options.ts'
import { choose } from './order.ts'
import { countReady, failureOf, type Failure, type Run, type Walk } from './run.ts'
import { witness } from './witness.ts'

/** One target's turn; when it fails, the call goes on from there. */
export const turn = <Req, Res>(run: Run<Req, Res>, target: Listed<Req, Res>): Promise<Res> => {
  const { ctx, next } = run
  let gaveWay = false
  const alternatives = (): number => {
    // In the second round there is nobody left to give way to: a retry inside waits.
    const others = run.walk?.endsAt === undefined ? countReady(run, target) : 0
    gaveWay ||= others > 0
    return others + ctx.alternatives()
  }
  const served = witness(run, target)
  const fork = ctx.fork()
  fork.target = target
  fork.alternatives = alternatives
  const { pipeline } = target
  const answer = pipeline === undefined ? next(fork) : pipeline(ctx.request, fork)
  return answer.then(served, (error: unknown) =>
    onward(run, failureOf(ctx, target, error, gaveWay)),
  )
}

/** The way from the first failure on, or from the start where it takes a closer look to tell which target is first. */
export const onward = async <Req, Res>(
  run: Run<Req, Res>,
  failure?: Failure<Req, Res>,
): Promise<Res> => {
  const { ctx } = run
  const walk = (run.walk ??= setOut(run))
  if (failure !== undefined) {
    walk.failures.push(failure)
    walk.untried.delete(failure.target)
  }
  const untried = take(run, walk)
  const target = untried ?? (await comeBack(run, walk))
  if (target === undefined) throw errorOf(run, walk.failures)
  if (failure !== undefined) announce(ctx, failure, target.id)
  if (untried !== undefined && walk.untried.size === 0)
    ctx.emit('fallback:last-option', { target: target.id })
  return turn(run, target)
}

const setOut = <Req, Res>(run: Run<Req, Res>): Walk<Req, Res> => ({
  untried: new Set(run.targets),
  failures: [],
  endsAt: undefined,
})

/** Takes the next target out of the untried ones; says of each that is passed over why. */
const take = <Req, Res>(
  { list, ctx, needs }: Run<Req, Res>,
  { untried, failures }: Walk<Req, Res>,
): Listed<Req, Res> | undefined => {
  for (const target of untried) {
    const reason = misfit(target, needs) ?? tooSmall(target, failures)
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
  const now = ctx.clock.now()
  const readyAt = (target: Listed<Req, Res>): number => list.readyAt(ctx, target, now)
  const chosen = choose(eligible, failures, readyAt)
  if (chosen === undefined) return undefined
  untried.delete(chosen)
  for (const target of eligible) {
    if (target === chosen || readyAt(target) === -Infinity) continue
    const { state, capacity } = ctx.health.of(target.id)
    skip(ctx, target.id, capacity > 0 ? `its circuit is ${state}` : 'it is at capacity')
  }
  return chosen
}

/** Told once a call. */
const skip = <Req>(ctx: Context<Req>, target: string, reason: string): void => {
  const { skipped } = ctx.call
  if (skipped.some((one) => one.target === target)) return
  skipped.push({ target, reason })
  ctx.emit('fallback:skipped', { target, reason })
}

/** Tells of the step from one target to the next; of one that routes around a verdict twice, for the audit. */
const announce = <Req, Res>(ctx: Context<Req>, failed: Failure<Req, Res>, to: string): void => {
  const payload = { from: failed.target.id, to, fault: failed.fault }
  ctx.emit('fallback:taken', payload)
  if (isVerdict(failed.fault.kind)) ctx.emit('fallback:audited', payload)
}
