import type { CallContext } from './call-context.ts'
import { isHandler } from './handler.ts'
import { liveOf, type AnswerStream } from './live.ts'
import { promised } from './promised.ts'
import type { Attempt, Outcome, RunningAttempt } from './record.ts'
import type { Provider } from './target.ts'
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

/** The innermost step of a pipeline: one upstream request, recorded. */
export const hop = <Req, Res>(
  provider: Provider<Req, Res>,
  ctx: CallContext<Req>,
): Promise<Res> => {
  const { scope, target, call } = ctx
  // The reason is the caller's, whatever it is.
  if (scope.aborted) return Promise.reject(scope.reason)
  const send = (target.call ?? provider) as Provider<Req, Res>
  let request = ctx.request
  try {
    if (target.request !== undefined) request = target.request(request, ctx)
  } catch (error) {
    // Policies outside have armed timers and taken places: they hear of it as a rejection, or they keep them.
    return Promise.reject(error)
  }
  // A pipeline makes its own record of its own attempts, in the same call.
  if (isHandler(send)) return promised<Req, CallContext<Req>, Res>(send, request, ctx)

  const attempt = call.begin({
    n: 1,
    target: target.id,
    provider: target.provider,
    model: target.model,
    key: target.key,
    price: target.price,
    startedAt: call.timed ? call.means.clock.now() : undefined,
    firstContentAt: undefined,
    endedAt: undefined,
    outcome: 'pending',
    fault: undefined,
    usage: undefined,
    servedModel: undefined,
    work: undefined,
  })
  if (call.observed) ctx.emit('attempt:started', { attemptRecord: attempt })

  const work = (attempt.work = promised(send, request, ctx))
  return work.then(
    (response) => {
      answered(ctx, attempt)
      if (scope.aborted) {
        discarded(ctx, attempt, response)
        throw scope.reason
      }
      const stream = liveOf(response)
      if (stream === undefined) succeeded(ctx, attempt, response)
      else follow(ctx, attempt, stream)
      return response
    },
    (error: unknown) => {
      answered(ctx, attempt)
      failed(ctx, attempt, error)
      // At once when the caller has left, so that whoever comes next finds free what this call had taken.
      if (scope.aborted) throw error
      // Else the same promise, two turns later: unwinding the stack of a `throw` costs more than all that stands here.
      return work
    },
  )
}

/** Something came back: an answer, the first content of one, or a failure. */
const answered = <Req>({ call, site }: CallContext<Req>, attempt: Attempt): void => {
  call.moved()
  if (attempt.n === 1 && site.funds) call.retryBudget.deposit(call.at)
  if (call.timed) attempt.firstContentAt = call.at
}

const end = <Req>({ call }: CallContext<Req>, attempt: RunningAttempt, outcome: Outcome): void => {
  if (call.timed) attempt.endedAt = call.at
  attempt.outcome = outcome
  attempt.work = undefined
}

const succeeded = <Req>(
  ctx: CallContext<Req>,
  attempt: RunningAttempt,
  response: unknown,
): void => {
  const { call } = ctx
  if (call.observed) readUsage(ctx, attempt, response)
  end(ctx, attempt, 'succeeded')
  if (call.timed) learn(ctx, attempt)
  if (call.observed) ctx.emit('attempt:succeeded', { attemptRecord: attempt })
}

/** Nobody waits any more: the answer is shown to the listeners, and let go. */
const discarded = <Req>(
  ctx: CallContext<Req>,
  attempt: RunningAttempt,
  response: unknown,
): void => {
  if (ctx.call.observed) readUsage(ctx, attempt, response)
  end(ctx, attempt, 'discarded')
  ctx.emit('attempt:discarded', { attemptRecord: attempt, response })
  dispose(response)
}

const failed = <Req>(ctx: CallContext<Req>, attempt: RunningAttempt, error: unknown): void => {
  end(ctx, attempt, 'failed')
  ctx.lose()
  const fault = (attempt.fault = ctx.classify(error))
  if (!ctx.call.observed) return
  guessUsage(ctx, attempt)
  ctx.emit('attempt:failed', { attemptRecord: attempt, error, fault })
}

/** A stream has only begun: its attempt ends when it does. */
const follow = <Req>(
  ctx: CallContext<Req>,
  attempt: RunningAttempt,
  stream: AnswerStream,
): void => {
  stream.over.then(
    () => {
      ctx.call.moved()
      return succeeded(ctx, attempt, stream)
    },
    (error: unknown) => {
      ctx.call.moved()
      if (ctx.call.observed) readUsage(ctx, attempt, stream)
      failed(ctx, attempt, error)
    },
  )
}

/** What the target took, for those who wait for it: hedges, limits, breakers. */
const learn = <Req>({ call, target }: CallContext<Req>, attempt: Attempt): void => {
  const { startedAt, firstContentAt, endedAt } = attempt
  if (startedAt === undefined || firstContentAt === undefined || endedAt === undefined) return
  call.health.observe(target.id, 'firstContent', firstContentAt - startedAt)
  call.health.observe(target.id, 'total', endedAt - startedAt)
}
