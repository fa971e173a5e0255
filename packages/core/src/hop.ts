import type { CallContext } from './call-context.ts'
import type { Seen, Usage } from './dialect.ts'
import { isHandler } from './handler.ts'
import { liveOf, type AnswerStream } from './live.ts'
import { promised } from './promised.ts'
import type { Attempt, Outcome } from './record.ts'
import type { Provider } from './target.ts'

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
    startedAt: call.timed ? call.means.clock.now() : undefined,
    firstContentAt: undefined,
    endedAt: undefined,
    outcome: 'pending',
    fault: undefined,
    usage: undefined,
    servedModel: undefined,
  })
  if (call.observed) ctx.emit('attempt:started', { attemptRecord: attempt })

  return promised(send, request, ctx).then(
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
      throw error
    },
  )
}

/** Something came back: an answer, the first content of one, or a failure. */
const answered = <Req>({ call, site }: CallContext<Req>, attempt: Attempt): void => {
  call.moved()
  if (attempt.n === 1 && site.funds) call.retryBudget.deposit(call.at)
  if (call.timed) attempt.firstContentAt = call.at
}

const end = <Req>({ call }: CallContext<Req>, attempt: Attempt, outcome: Outcome): void => {
  if (call.timed) attempt.endedAt = call.at
  attempt.outcome = outcome
}

const succeeded = <Req>(ctx: CallContext<Req>, attempt: Attempt, response: unknown): void => {
  if (ctx.call.observed) readUsage(ctx, attempt, response)
  end(ctx, attempt, 'succeeded')
  if (ctx.call.observed) ctx.emit('attempt:succeeded', { attemptRecord: attempt })
}

/** Nobody waits any more: the answer is shown to the listeners, and let go. */
const discarded = <Req>(ctx: CallContext<Req>, attempt: Attempt, response: unknown): void => {
  if (ctx.call.observed) readUsage(ctx, attempt, response)
  end(ctx, attempt, 'discarded')
  ctx.emit('attempt:discarded', { attemptRecord: attempt, response })
  dispose(response)
}

const failed = <Req>(ctx: CallContext<Req>, attempt: Attempt, error: unknown): void => {
  end(ctx, attempt, 'failed')
  ctx.lost = true
  const fault = (attempt.fault = ctx.classify(error))
  if (ctx.call.observed) ctx.emit('attempt:failed', { attemptRecord: attempt, error, fault })
}

/** A stream has only begun: its attempt ends when it does. */
const follow = <Req>(ctx: CallContext<Req>, attempt: Attempt, stream: AnswerStream): void => {
  stream.over.then(
    () => {
      ctx.call.moved()
      return succeeded(ctx, attempt, stream)
    },
    (error: unknown) => {
      ctx.call.moved()
      readUsage(ctx, attempt, stream)
      failed(ctx, attempt, error)
    },
  )
}

/** About so many characters make a token, in English; the estimate says that it is one. */
const CHARS_PER_TOKEN = 4

/** What a stream used: as it reported, or by the length of what came before it broke. */
const usageOf = <Req>({ dialect, request }: CallContext<Req>, seen: Readonly<Seen>): Usage => {
  const { usage, text, reasoning = '' } = seen
  if (usage.source !== 'none' || dialect === undefined) return usage
  const outputTokens = Math.ceil((text.length + reasoning.length) / CHARS_PER_TOKEN)
  return { inputTokens: dialect.needs(request).inputTokens, outputTokens, source: 'estimated' }
}

const readUsage = <Req>(ctx: CallContext<Req>, attempt: Attempt, response: unknown): void => {
  const { dialect } = ctx
  const stream = liveOf(response)
  if (stream !== undefined) {
    attempt.usage = usageOf(ctx, stream.seen)
    attempt.servedModel = stream.seen.model
  } else if (dialect?.isResponse(response)) {
    const { usage, model } = dialect.read(response)
    attempt.usage = usage
    attempt.servedModel = model
  }
}
