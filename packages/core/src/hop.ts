import type { CallContext } from './call-context.ts'
import { isHandler } from './handler.ts'
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
      if (call.observed) readUsage(ctx, attempt, response)
      if (scope.aborted) {
        end(ctx, attempt, 'discarded')
        ctx.emit('attempt:discarded', { attemptRecord: attempt, response })
        dispose(response)
        throw scope.reason
      }
      end(ctx, attempt, 'succeeded')
      if (call.observed) ctx.emit('attempt:succeeded', { attemptRecord: attempt })
      return response
    },
    (error: unknown) => {
      end(ctx, attempt, 'failed')
      ctx.lost = true
      const fault = (attempt.fault = ctx.classify(error))
      if (call.observed) ctx.emit('attempt:failed', { attemptRecord: attempt, error, fault })
      throw error
    },
  )
}

const end = <Req>({ call, site }: CallContext<Req>, attempt: Attempt, outcome: Outcome): void => {
  call.moved()
  if (call.timed) attempt.endedAt = call.at
  if (attempt.n === 1 && site.funds) call.retryBudget.deposit(call.at)
  attempt.outcome = outcome
}

const readUsage = <Req>(ctx: CallContext<Req>, attempt: Attempt, response: unknown): void => {
  const { dialect } = ctx
  if (dialect === undefined || !dialect.isResponse(response)) return
  const { usage, model } = dialect.read(response)
  attempt.usage = usage
  attempt.servedModel = model
}
