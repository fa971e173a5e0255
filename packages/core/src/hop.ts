import type { CallContext } from './call-context.ts'
import { isHandler } from './handler.ts'
import { promised } from './promised.ts'
import { Running } from './running.ts'
import type { Provider } from './target.ts'

/** The innermost step of a pipeline: one upstream request, recorded. */
export const hop = <Req, Res>(
  provider: Provider<Req, Res>,
  ctx: CallContext<Req>,
): Promise<Res> => {
  const { scope, target, call } = ctx
  const send = (target.call ?? provider) as Provider<Req, Res>
  let request = ctx.request
  try {
    if (target.request !== undefined) request = target.request(request, ctx)
  } catch (error) {
    // Policies outside have armed timers and taken places: they hear of it as a rejection, or they keep them.
    return Promise.reject(error)
  }
  // The reason is the caller's, whatever it is.
  if (scope.aborted) return Promise.reject(scope.reason)
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
  const running = new Running(ctx, attempt)
  if (call.observed) {
    ctx.emit('attempt:started', { attemptRecord: attempt })
    // A listener may have called it off.
    if (scope.aborted) return Promise.reject(scope.reason)
  }
  const work = (attempt.work = promised(send, request, ctx))
  return work.then(
    (response) => {
      running.answered(response)
      return response
    },
    (error: unknown) => {
      running.rejected(error)
      // At once when the caller has left, so that whoever comes next finds free what this call had taken.
      if (scope.aborted) throw error
      // Else the same promise, two turns later: unwinding the stack of a `throw` costs more than all that stands here.
      return work
    },
  )
}
