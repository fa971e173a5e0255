import type { CallContext } from './call-context.ts'
import { liveOf, type AnswerStream } from './live.ts'
import type { Outcome, RunningAttempt } from './record.ts'
import type { Member } from './scope.ts'
import { guessUsage, readUsage } from './usage.ts'

/** Lets go of an answer that nobody waits for any more, so that the provider stops sending (and billing). */
const dispose = (response: unknown): void => {
  const { body, cancel } = (response ?? {}) as {
    body?: { cancel?: () => Promise<void> }
    cancel?: () => Promise<void>
  }
  const closing =
    typeof body?.cancel === 'function'
      ? body.cancel()
      : typeof cancel === 'function'
        ? cancel.call(response)
        : undefined
  if (closing instanceof Promise) closing.catch(() => {})
}

/** An attempt on its way: keeps its record and tells the listeners. Its scope can call it off. */
export class Running<Req> implements Member {
  declare previous: Member
  declare next: Member
  declare private readonly ctx: CallContext<Req>
  declare private readonly attempt: RunningAttempt

  constructor(ctx: CallContext<Req>, attempt: RunningAttempt) {
    this.previous = this.next = this
    this.ctx = ctx
    this.attempt = attempt
    ctx.scope.enter(this)
  }

  /** Called off: it has failed, whether its provider listens or not. */
  notify(reason: unknown): void {
    this.seen()
    this.failed(reason)
  }

  /** Throws the reason when nobody waits for the answer any more. */
  answered(response: unknown): void {
    const { scope, call } = this.ctx
    this.back()
    if (call.timed) this.attempt.firstContentAt = call.at
    if (scope.aborted) {
      this.discarded(response)
      throw scope.reason
    }
    const stream = liveOf(response)
    if (stream === undefined) this.succeeded(response)
    else this.follow(stream)
  }

  rejected(error: unknown): void {
    if (this.back()) this.failed(error)
  }

  /** The provider's work is over; false when the attempt had been called off before. */
  private back(): boolean {
    const { ctx, attempt } = this
    ctx.scope.leave(this)
    attempt.work = undefined
    if (attempt.outcome !== 'pending') return false
    this.seen()
    return true
  }

  private seen(): void {
    const { ctx, attempt } = this
    ctx.call.moved()
    if (attempt.n === 1 && ctx.funded) ctx.call.retryBudget.deposit(ctx.call.at)
  }

  private end(outcome: Outcome): void {
    const { ctx, attempt } = this
    if (ctx.call.timed) attempt.endedAt = ctx.call.at
    attempt.outcome = outcome
  }

  private succeeded(response: unknown): void {
    const { ctx, attempt } = this
    const { observed, timed } = ctx.call
    if (observed) readUsage(ctx, attempt, response)
    this.end('succeeded')
    if (timed) this.learn()
    if (observed) ctx.emit('attempt:succeeded', { attemptRecord: attempt })
  }

  private failed(error: unknown): void {
    const { ctx, attempt } = this
    this.end('failed')
    ctx.lose()
    const fault = (attempt.fault = ctx.classify(error))
    if (!ctx.call.observed) return
    guessUsage(ctx, attempt)
    ctx.emit('attempt:failed', { attemptRecord: attempt, error, fault })
  }

  /** Nobody waits any more: the answer is shown to the listeners, and let go. */
  private discarded(response: unknown): void {
    const { ctx, attempt } = this
    if (ctx.call.observed) readUsage(ctx, attempt, response)
    this.end('discarded')
    ctx.emit('attempt:discarded', { attemptRecord: attempt, response })
    dispose(response)
  }

  /** A stream has only begun: its attempt ends when it does. */
  private follow(stream: AnswerStream): void {
    const { ctx, attempt } = this
    stream.over.then(
      () => {
        ctx.call.moved()
        return this.succeeded(stream)
      },
      (error: unknown) => {
        ctx.call.moved()
        if (ctx.call.observed) readUsage(ctx, attempt, stream)
        this.failed(error)
      },
    )
  }

  /** What the target took, for those who wait for it: hedges, limits, breakers. */
  private learn(): void {
    const { call, target } = this.ctx
    const { startedAt, firstContentAt, endedAt } = this.attempt
    if (startedAt === undefined || firstContentAt === undefined || endedAt === undefined) return
    call.health.observe(target.id, 'firstContent', firstContentAt - startedAt)
    call.health.observe(target.id, 'total', endedAt - startedAt)
  }
}
