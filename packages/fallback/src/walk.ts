import type { Target } from '@holdfast/core'

import { misfit, tooSmall } from './match.ts'
import { choose } from './order.ts'
import {
  announce,
  countReady,
  readyAt,
  skip,
  targetsOf,
  turn,
  type Failure,
  type Run,
} from './run.ts'
import { secondRound } from './second-round.ts'

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

/** The call from its first failure on (or from the start, when the first target cannot be used): the rare way. */
export const walk = async <Req, Res>(run: Run<Req, Res>, first?: Failure<Req>): Promise<Res> => {
  const { ctx, needs } = run
  const failures = first === undefined ? [] : [first]
  const passedOver = new Set<Target<Req, unknown>>()
  const untried = new Set(targetsOf(run))
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
