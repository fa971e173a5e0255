import {
  asksForStream,
  place,
  type Context,
  type Next,
  type PipelineShape,
  type Universal,
} from '@holdfast/core'

import { HedgeBudget } from './budget.ts'
import { rivalOf } from './choose.ts'
import { settingsOf, type HedgeOptions } from './options.ts'
import { Race, type Lateness } from './race.ts'

/** How much longer a whole answer may take, in delays: how late it is depends on its length, and not on luck alone. */
const WHOLE = 0.5

/** A second attempt takes a round trip through a network: where answers come sooner than that, it is not worth a timer. */
const LEAST_DELAY_MS = 20

const shape = (inner: PipelineShape): PipelineShape => ({
  ...inner,
  maxRequests: 2 * inner.maxRequests,
})

/**
 * Starts a second attempt beside one whose first content is late, and takes whichever answers first; the other one is
 * cancelled. Most of the waiting at the slow end is luck, and a second throw of the dice is cheap (The Tail at Scale).
 *
 * An attempt that fails before there is a second one fails as if there were no hedge: what next is for the floors
 * outside. When both fail, the error of the first is thrown.
 *
 * @throws ConfigurationError for an option that cannot be
 */
export const hedge = (options?: HedgeOptions): Universal<'hedge', 7> => {
  const { targets, p95Times, afterMs, ratio } = settingsOf(options)
  const budget = new HedgeBudget(ratio)

  const delayOf = ({ health, target }: Context): number | undefined => {
    if (afterMs !== undefined) return afterMs
    const { p95FirstContentMs = 0 } = health.of(target.id)
    const delayMs = p95FirstContentMs * p95Times
    return delayMs < LEAST_DELAY_MS ? undefined : delayMs
  }
  const lateness: Lateness = {
    patienceMs: (ctx, delayMs) =>
      afterMs === undefined && asksForStream(ctx) === false ? WHOLE * delayMs : 0,
    rivalFor(ctx) {
      const now = ctx.clock.now()
      const rival = now < ctx.deadline ? rivalOf(ctx, targets, now) : undefined
      // It is a request more, wherever it goes: nothing has failed yet that it could stand in for (R-81, T37).
      return rival && budget.withdraw() && ctx.call.retryBudget.withdraw(now) ? rival : undefined
    },
  }

  return place(
    { name: 'hedge', floor: 'hedge', direct: true, timed: true, shape },
    <Req, Res>(given: Context<Req>, next: Next<Req, Res>) => {
      // What flows does not matter here: the request is handed on as it is.
      const ctx = given as unknown as Context
      budget.deposit()
      const delayMs = delayOf(ctx)
      if (delayMs === undefined) return next(given)
      if (ctx.scope.aborted) return Promise.reject(ctx.scope.reason)
      return new Race(ctx, next as Next<unknown, Res>, delayMs, lateness).outcome
    },
  )
}
