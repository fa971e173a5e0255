import type { Context, Next, Placed, PipelineShape } from '@holdfast/core'
import { place } from '@holdfast/core'

import { listOf, type List } from './list.ts'
import { misfit } from './match.ts'
import type { FallbackEntry, FallbackOptions } from './options.ts'
import { countReady, failureOf, send, targetsOf, type Failure, type Run } from './run.ts'
import { LONGEST_WAIT_MS } from './second-round.ts'
import { walk } from './walk.ts'

/**
 * Sends the call to the next target when one fails, and past those that cannot serve it.
 *
 * A target without `call` runs on the pipeline's own provider. If no entry does, the pipeline's own provider is
 * tried first. A pipeline in the list is called directly, everything else through the inner policies.
 *
 * @throws ConfigurationError while it is built; a call that fails everywhere throws AllTargetsFailedError, or the
 *   very error when only one target was tried or the fault is not one to fall back on
 */
export const fallback = <Req, Res>(
  entries: readonly FallbackEntry<Req, Res>[],
  options?: FallbackOptions<Req>,
): Placed<'fallback', 5, Req, Res> => {
  const list = listOf(entries, options)
  const shape = (inner: PipelineShape): PipelineShape => worstCase(list, inner)

  const serve = (ctx: Context<Req>, next: Next<Req, Res>): Promise<Res> => {
    const needs = list.declares ? ctx.dialect?.needs(ctx.request) : undefined
    const targets = list.perCall ? list.inOrder(ctx) : undefined
    const run: Run<Req, Res> = { list, ctx, next, needs, targets }
    const target =
      targets === undefined ? list.first(ctx) : targets.find(({ id }) => !list.isReserved(id))
    // The time of the record may be old: then an open target is looked at again, on the way that reads the clock.
    if (target === undefined || misfit(target, needs) !== undefined || !isReady(run, target))
      return walk(run)

    let gaveWay = false
    const alternatives = (): number => {
      const others = targetsOf(run).filter((other) => other !== target && !misfit(other, needs))
      const count = countReady(run, others) + ctx.alternatives()
      gaveWay ||= count > 0
      return count
    }
    return send(run, target, alternatives).then(undefined, (error: unknown) =>
      walk(run, failureOf(ctx, target, error, gaveWay)),
    )
  }
  const { sessions } = list
  return place<'fallback', 'fallback', Req, Res>(
    { name: 'fallback', floor: 'fallback', shape },
    sessions === undefined
      ? serve
      : async (ctx, next) => {
          const response = await serve(ctx, next)
          sessions.served(ctx)
          return response
        },
  )
}

const isReady = <Req, Res>({ list, ctx }: Run<Req, Res>, target: Failure<Req>['target']): boolean =>
  ctx.health.isReady(target.id, -Infinity) || list.handlers.has(target)

/** Every target in turn; twice where a retry inside may give way in the first round. */
const worstCase = <Req, Res>(list: List<Req, Res>, inner: PipelineShape): PipelineShape => {
  const nested = [...list.handlers.values()].map((handler) => handler.describe())
  const through = list.targets.length - nested.length + Number(list.ownProvider)
  const rounds = (retries: boolean): number => (retries && through + nested.length > 1 ? 2 : 1)

  let turns = through * rounds(inner.retryLayers > 0)
  let maxRequests = turns * inner.maxRequests
  let maxMs = turns * inner.maxMs
  for (const one of nested) {
    const times = rounds(one.policies.some(({ floor }) => floor === 'retry'))
    turns += times
    maxRequests += times * one.maxRequests
    maxMs += times * one.maxMs
  }
  maxMs += (turns - through - nested.length) * LONGEST_WAIT_MS
  const warnings = [...inner.warnings, ...nested.flatMap((one) => one.warnings)]
  return { ...inner, maxRequests, maxMs, warnings }
}
