import {
  AbortScope,
  settled,
  stackless,
  type Context,
  type Next,
  type TargetInfo,
} from '@holdfast/core'

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
  private second: Runner<Res> | undefined = undefined
  private failed = 0
  private firstError: unknown = undefined
  private isOver = false
  declare private stopTimer: () => void
  declare private resolve: (response: Res) => void
  declare private reject: (reason: unknown) => void

  constructor(ctx: Context, next: Next<unknown, Res>, delayMs: number, lateness: Lateness) {
    this.ctx = ctx
    this.next = next
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.stopTimer = ctx.clock.after(delayMs, () => this.late(delayMs, lateness))
    this.first = this.run(ctx.target)
  }

  /** The caller left. The runners hear of it by themselves: the first to hear it tells. */
  left(reason: unknown): void {
    if (this.end()) this.reject(reason)
  }

  private run(target: TargetInfo): Runner<Res> {
    const runner = new Runner(this, target)
    const fork = this.ctx.fork()
    fork.target = target
    fork.scope = runner
    this.next(fork).then(
      (response) => this.win(runner, response),
      (error: unknown) => this.lose(runner, error),
    )
    return runner
  }

  private late(delayMs: number, lateness: Lateness): void {
    const { ctx } = this
    const moreMs = lateness.patienceMs(ctx, delayMs)
    const start = (): void => {
      const rival = lateness.rivalFor(ctx)
      if (rival === undefined) return
      ctx.emit('hedge:started', { to: rival.id, afterMs: delayMs + moreMs })
      this.second = this.run(rival)
    }
    if (moreMs > 0) this.stopTimer = ctx.clock.after(moreMs, start)
    else start()
  }

  private win(winner: Runner<Res>, response: Res): void {
    // It lost, and its provider answered all the same: the attempt's record has it.
    if (!this.end()) return
    const over = (): void => winner.release()
    const tail = settled(response)
    if (tail === undefined) over()
    else tail.then(over, over)
    const hedgeWon = winner === this.second
    const loser = hedgeWon ? this.first : this.second
    if (loser !== undefined) {
      this.ctx.emit('hedge:decided', { by: winner.target.id, hedgeWon })
      // The answer does not wait for the loser to notice.
      loser.abort(stackless(() => new HedgeLostError()))
    }
    this.resolve(response)
  }

  private lose(runner: Runner<Res>, error: unknown): void {
    runner.release()
    if (runner === this.first) this.firstError = error
    // While the other one is under way there is hope.
    if (++this.failed === 1 && this.second !== undefined) return
    // The very thing that was thrown (T28).
    if (this.end()) this.reject(this.firstError)
  }

  /** It is over, one way or another, and leaves no timer behind; false when it was over before. */
  private end(): boolean {
    if (this.isOver) return false
    this.stopTimer()
    return (this.isOver = true)
  }
}
