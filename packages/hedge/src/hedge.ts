import {
  asksForStream,
  abortScope,
  place,
  settled,
  type AbortScope,
  type Context,
  type Next,
  type PipelineShape,
  type TargetInfo,
  type Universal,
} from '@holdfast/core'

import { HedgeBudget } from './budget.ts'
import { rivalOf } from './choose.ts'
import { HedgeLostError } from './errors.ts'
import { settingsOf, type HedgeOptions } from './options.ts'

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
    const p95 = health.of(target.id).p95FirstContentMs
    return p95 === undefined ? undefined : p95 * p95Times
  }
  const rivalFor = (ctx: Context): TargetInfo | undefined => {
    const now = ctx.clock.now()
    const rival = now < ctx.deadline ? rivalOf(ctx.target, targets, ctx.health, now) : undefined
    if (rival === undefined || !budget.withdraw()) return undefined
    // More for the same target is a resend like any other; another target that is well is free.
    return rival.id !== ctx.target.id || ctx.call.retryBudget.withdraw(now) ? rival : undefined
  }
  const shape = (inner: PipelineShape): PipelineShape => ({
    ...inner,
    maxRequests: 2 * inner.maxRequests,
  })

  return place(
    { name: 'hedge', floor: 'hedge', concurrent: true, timed: true, shape },
    <Req, Res>(given: Context<Req>, next: Next<Req, Res>) => {
      const ctx = given as unknown as Context
      budget.deposit()
      const delayMs = delayOf(ctx)
      if (delayMs === undefined) return next()
      const patienceMs = (): number => (afterMs === undefined && isWhole(ctx) ? WHOLE * delayMs : 0)
      return race(ctx, next, { delayMs, patienceMs, rivalFor: () => rivalFor(ctx) })
    },
  )
}

/** How much longer a whole answer may take, in delays: how late it is depends on its length, and not on luck alone. */
const WHOLE = 0.5

const isWhole = (ctx: Context): boolean => asksForStream(ctx) === false

interface Plan {
  readonly delayMs: number
  /** Asked of those few that are late: how much longer they are waited for. */
  readonly patienceMs: () => number
  readonly rivalFor: () => TargetInfo | undefined
}

interface Runner {
  readonly target: TargetInfo
  readonly scope: AbortScope
  readonly isHedge: boolean
}

const race = <Req, Res>(
  ctx: Context,
  next: Next<Req, Res>,
  { delayMs, patienceMs, rivalFor }: Plan,
): Promise<Res> => {
  if (ctx.scope.aborted) return Promise.reject(ctx.scope.reason)
  return new Promise((resolve, reject) => {
    const runners: Runner[] = []
    let decided = false
    let failed = 0
    let firstError: unknown

    /** The race is over, one way or another; nothing is left behind. */
    const decide = (): void => {
      decided = true
      cancelTimer()
      stay()
    }
    const start = (target: TargetInfo, isHedge: boolean): void => {
      const runner: Runner = { target, scope: abortScope(ctx), isHedge }
      runners.push(runner)
      next({ attempt: ctx.attempt, target, scope: runner.scope }).then(
        (response) => win(runner, response),
        (error: unknown) => lose(runner, error),
      )
    }
    const win = (winner: Runner, response: Res): void => {
      // It lost, and its provider answered all the same: the attempt's record has it.
      if (decided) return
      decide()
      const tail = settled(response)
      const over = (): void => winner.scope.release()
      if (tail === undefined) over()
      else tail.then(over, over)
      const loser = runners.find((runner) => runner !== winner)
      if (loser !== undefined) {
        ctx.emit('hedge:decided', { by: winner.target.id, hedgeWon: winner.isHedge })
        // The answer does not wait for the loser to notice.
        loser.scope.abort(new HedgeLostError())
      }
      resolve(response)
    }
    const lose = (runner: Runner, error: unknown): void => {
      runner.scope.release()
      if (!runner.isHedge) firstError = error
      if (decided || ++failed < runners.length) return
      decide()
      // The very thing that was thrown (T28).
      reject(firstError)
    }

    const startRival = (): void => {
      const rival = rivalFor()
      if (rival === undefined) return
      ctx.emit('hedge:started', { to: rival.id, afterMs: ctx.clock.now() - startedAt })
      start(rival, true)
    }
    const startedAt = ctx.clock.now()
    let cancelTimer = ctx.clock.after(delayMs, () => {
      const moreMs = patienceMs()
      if (moreMs > 0) cancelTimer = ctx.clock.after(moreMs, startRival)
      else startRival()
    })
    // The runners hear of it by themselves: their scopes are inside this one.
    const stay = ctx.scope.onAbort((reason) => {
      decide()
      reject(reason)
    })
    start(ctx.target, false)
  })
}
