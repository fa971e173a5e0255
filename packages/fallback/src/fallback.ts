import type { Placed, PipelineShape } from '@holdfast/core'
import { place } from '@holdfast/core'

import { listOf, type List } from './list.ts'
import { misfit } from './match.ts'
import type { FallbackEntry, FallbackOptions } from './options.ts'
import { countReady, LONGEST_WAIT_MS, send, walk, type Failure, type Run } from './walk.ts'

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
  targets: readonly FallbackEntry<Req, Res>[],
  options?: FallbackOptions<Req>,
): Placed<'fallback', 5, Req, Res> => {
  const list = listOf(targets, options)
  const shape = (inner: PipelineShape): PipelineShape => worstCase(list, inner)

  return place<'fallback', 'fallback', Req, Res>(
    { name: 'fallback', floor: 'fallback', shape },
    (ctx, next) => {
      const needs = list.declares ? ctx.dialect?.needs(ctx.request) : undefined
      const run: Run<Req, Res> = { list, ctx, next, needs }
      const target = list.first(ctx)
      // The time of the record may be old: then an open target is looked at again, on the way that reads the clock.
      if (target === undefined || misfit(target, needs) !== undefined || !isReady(run, target))
        return walk(run)

      let gaveWay = false
      const alternatives = (): number => {
        const others = list
          .inOrder(ctx)
          .filter((other) => other !== target && !misfit(other, needs))
        const count = countReady(run, others) + ctx.alternatives()
        gaveWay ||= count > 0
        return count
      }
      return send(run, target, alternatives).then(undefined, (error: unknown) => {
        const failure: Failure<Req> = {
          target,
          fault: ctx.classify(error),
          error,
          gaveWay,
          at: ctx.clock.now(),
        }
        return walk(run, failure)
      })
    },
  )
}

const isReady = <Req, Res>({ list, ctx }: Run<Req, Res>, target: Failure<Req>['target']): boolean =>
  list.handlers.has(target) || ctx.health.isReady(target.id, ctx.call.at)

/** Every target in turn; twice where a retry inside may give way in the first round. */
const worstCase = <Req, Res>(list: List<Req, Res>, inner: PipelineShape): PipelineShape => {
  const through = list.targets.length - list.handlers.size + Number(list.ownProvider)
  const nested = [...list.handlers.values()].map((handler) => handler.describe())
  const several = through + nested.length > 1
  const rounds = inner.retryLayers > 0 && several ? 2 : 1
  const nestedRounds = several
    ? nested.map(({ policies }) => (policies.some(({ floor }) => floor === 'retry') ? 2 : 1))
    : []
  const sum = (of: 'maxRequests' | 'maxMs'): number =>
    nested.reduce(
      (total, one, index) => total + one[of] * (nestedRounds[index] ?? 1),
      inner[of] * through * rounds,
    )
  const waits = (rounds - 1) * through + nestedRounds.reduce((total, n) => total + n - 1, 0)
  return {
    ...inner,
    maxRequests: sum('maxRequests'),
    maxMs: sum('maxMs') + waits * LONGEST_WAIT_MS,
    warnings: [...inner.warnings, ...nested.flatMap(({ warnings }) => warnings)],
  }
}
