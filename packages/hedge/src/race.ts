import { AbortScope, settled, type Context, type Next, type TargetInfo } from '@holdfast/core'

import { HedgeLostError } from './errors.ts'

/** What is asked of those few attempts that are late. */
export interface Lateness {
  /** How much longer they are waited for, in ms. */
  patienceMs(ctx: Context, delayMs: number): number
  /** Where a second one goes; undefined for nowhere. */
  rivalFor(ctx: Context): TargetInfo | undefined
}

/** One of the two attempts: the scope that it runs in. */
class Runner<Res> extends AbortScope {
  declare readonly target: TargetInfo
  declare private readonly race: Race<Res>

  constructor(race: Race<Res>, target: TargetInfo) {
    super(race.ctx.scope)
    this.race = race
    this.target = target
  }

  override abort(reason: unknown): void {
    if (this.aborted) return
    super.abort(reason)
    this.race.left(reason)
  }
}

/** An attempt, and perhaps a second one beside it. Every call of a route runs one, so it is one object and a few fields. */
export class Race<Res> {
  declare readonly ctx: Context
  /** The answer of whichever is first. */
  declare readonly outcome: Promise<Res>
  declare private readonly next: Next<unknown, Res>
  declare private readonly first: Runner<Res>
  declare private second: Runner<Res> | undefined
  declare private decided: boolean
  declare private failed: number
  declare private firstError: unknown
  declare private stopTimer: () => void
  declare private resolve: (response: Res) => void
  declare private reject: (reason: unknown) => void

  constructor(ctx: Context, next: Next<unknown, Res>, delayMs: number, lateness: Lateness) {
    this.ctx = ctx
    this.next = next
    this.second = undefined
    this.decided = false
    this.failed = 0
    this.firstError = undefined
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.stopTimer = ctx.clock.after(delayMs, () => this.late(delayMs, lateness))
    this.first = new Runner(this, ctx.target)
    this.run(this.first)
  }

  /** The caller left. The runners hear of it by themselves: the first to hear it tells. */
  left(reason: unknown): void {
    if (this.decide()) this.reject(reason)
  }

  private run(runner: Runner<Res>): void {
    this.next({ target: runner.target, scope: runner }).then(
      (response) => this.win(runner, response),
      (error: unknown) => this.lose(runner, error),
    )
  }

  private late(delayMs: number, lateness: Lateness): void {
    const { ctx } = this
    const moreMs = lateness.patienceMs(ctx, delayMs)
    const start = (): void => {
      const rival = lateness.rivalFor(ctx)
      if (rival === undefined) return
      ctx.emit('hedge:started', { to: rival.id, afterMs: delayMs + moreMs })
      this.second = new Runner(this, rival)
      this.run(this.second)
    }
    if (moreMs > 0) this.stopTimer = ctx.clock.after(moreMs, start)
    else start()
  }

  private win(winner: Runner<Res>, response: Res): void {
    // It lost, and its provider answered all the same: the attempt's record has it.
    if (!this.decide()) return
    const tail = settled(response)
    const over = (): void => winner.release()
    if (tail === undefined) over()
    else tail.then(over, over)
    const loser = winner === this.first ? this.second : this.first
    if (loser !== undefined) {
      const hedgeWon = loser === this.first
      this.ctx.emit('hedge:decided', { by: winner.target.id, hedgeWon })
      // The answer does not wait for the loser to notice.
      loser.abort(new HedgeLostError())
    }
    this.resolve(response)
  }

  private lose(runner: Runner<Res>, error: unknown): void {
    runner.release()
    if (runner === this.first) this.firstError = error
    this.failed++
    // While the other one is under way there is hope.
    if (this.second !== undefined && this.failed < 2) return
    // The very thing that was thrown (T28).
    if (this.decide()) this.reject(this.firstError)
  }

  /** The race is over, one way or another, and leaves no timer behind; false when it was over before. */
  private decide(): boolean {
    if (this.decided) return false
    this.stopTimer()
    return (this.decided = true)
  }
}
