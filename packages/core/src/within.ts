import { leaveQueue, type Clock, type Wait } from './clock.ts'
import type { Context } from './context.ts'
import { liveOf, type AnswerStream } from './live.ts'
import type { Next } from './policy.ts'
import { AbortScope } from './scope.ts'

/** What becomes of the limit when the answer turns out to be a stream; without one its time goes on to the stream's end. */
export type OnStream = (limit: Limit, stream: AnswerStream, clock: Clock) => void

/**
 * A scope that answers for a promise: when it aborts, the promise rejects, even if the work inside does not listen.
 * It is its own place in the queue of the clock: one object, where every attempt would need five.
 */
export class Limit extends AbortScope implements Wait {
  declare readonly ms: number
  declare dueAt: number | undefined
  declare earlier: Wait
  declare later: Wait
  declare private readonly makeReason: (ms: number) => unknown
  declare private readonly reject: (reason: unknown) => void
  /** Stops the timer that is not in the queue. */
  declare private stop: (() => void) | undefined

  constructor(
    parent: AbortScope,
    reject: (reason: unknown) => void,
    ms: number,
    makeReason: (ms: number) => unknown,
  ) {
    super(parent)
    this.ms = ms
    this.dueAt = undefined
    this.earlier = this.later = this
    this.makeReason = makeReason
    this.reject = reject
    this.stop = undefined
  }

  start(clock: Clock): void {
    if (!clock.queue?.(this)) this.stop = clock.after(this.ms, () => this.expire())
  }
  expire(): void {
    this.abort(this.makeReason(this.ms))
  }
  /** Goes by another timer from now on. */
  timeBy(stop: () => void): void {
    this.stopTimer()
    this.stop = stop
  }
  /** The work inside is over, or has answered: what is read of a body later may still be on the signal. */
  end(): void {
    this.stopTimer()
    this.release()
  }
  private stopTimer(): void {
    leaveQueue(this)
    this.stop?.()
  }
  override abort(reason: unknown): void {
    if (this.aborted) return
    this.stopTimer()
    super.abort(reason)
    this.reject(reason)
  }
}

/**
 * Runs what is inside for `ms` at most, and not longer than the caller waits.
 * The limit never aborts on success; that of a stream lasts until the stream is over.
 */
export const within = <Req, Res>(
  ctx: Context<Req>,
  next: Next<Req, Res>,
  ms: number,
  deadline: number,
  makeReason: (ms: number) => unknown,
  onStream?: OnStream,
): Promise<Res> => {
  const { scope, clock } = ctx
  // The reason is the caller's, whatever it is.
  if (scope.aborted) return Promise.reject(scope.reason)
  let resolve!: (response: Res) => void
  let reject!: (reason: unknown) => void
  // Nothing is done inside the executor: its closures would be made beside these, for every attempt.
  const outcome = new Promise<Res>((yes, no) => {
    resolve = yes
    reject = no
  })
  const limit = new Limit(scope, reject, ms, makeReason)
  limit.start(clock)
  const fork = ctx.fork()
  fork.scope = limit
  fork.deadline = deadline
  next(fork).then(
    (response) => {
      const stream = liveOf(response)
      if (stream === undefined) limit.end()
      else follow(limit, stream, onStream, clock)
      return resolve(response)
    },
    (error: unknown) => {
      limit.end()
      // The very thing that was thrown (T28).
      reject(error)
    },
  )
  return outcome
}

const follow = (
  limit: Limit,
  stream: AnswerStream,
  onStream: OnStream | undefined,
  clock: Clock,
): void => {
  onStream?.(limit, stream, clock)
  const end = (): void => limit.end()
  stream.over.then(end, end)
}
