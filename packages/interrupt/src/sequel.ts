import { abortScope, HoldfastError, liveOf } from '@holdfast/core'
import type {
  AbortScope,
  AnswerStream,
  Break,
  Context,
  FaultKind,
  Next,
  Recover,
  Seam,
} from '@holdfast/core'

import type { GivenUpBecause } from './events.ts'

/** How one kind of sequel differs from the other. */
export interface Plan<Req> {
  readonly kind: Seam['kind']
  readonly on: readonly FaultKind[]
  readonly idempotentTools: boolean
  readonly max: number
  /** The request to send, or why there is none. */
  readonly requestFor: (ctx: Context<Req>, broken: Break) => { request: Req } | GivenUpBecause
  /** Fits the new stream to what was shown; tells how many characters it took out. */
  readonly fit?: (stream: AnswerStream, broken: Break) => Promise<number>
  readonly inChunks?: ((seam: Seam) => unknown) | undefined
}

/** The first one has a fork of its own, too: what is set within it is seen only if it wins (T74). */
export const attemptOf = <Req>(
  ctx: Context<Req>,
  attempt: number,
  { request, scope }: Pick<Context<Req>, 'request' | 'scope'> = ctx,
): Context<Req> => {
  const fork = ctx.fork()
  fork.attempt = attempt
  fork.request = request
  fork.scope = scope
  return fork
}

/** What follows a break by this plan: another stream from all floors inside, or the error and why. */
export const sequelOf = <Req, Res>(
  ctx: Context<Req>,
  next: Next<Req, Res>,
  plan: Plan<Req>,
): Recover<unknown> => {
  let done = 0
  return async (broken) => {
    const fault = ctx.classify(broken.error)
    const shown = broken.seen.text.length
    const giveUp = (because: GivenUpBecause): undefined => {
      ctx.emit('stream:given-up', { fault, because })
      return undefined
    }
    ctx.emit('stream:interrupted', { fault, shown })
    if (!fault.retryable || !plan.on.includes(fault.kind)) return giveUp('fault')
    // Whoever leaves, the consumer or the caller, waits for nothing more, and upstream is told.
    const scope = abortScope(ctx)
    const stay = broken.consumer.onAbort((reason) => scope.abort(reason))
    let stream: AnswerStream | undefined
    try {
      const further = plan.requestFor(ctx, broken)
      if (typeof further === 'string') return giveUp(further)
      const why = obstacle(ctx, broken, plan, plan.max - done)
      if (why !== undefined) return giveUp(why)
      const answer = next(attemptOf(ctx, 1 + ++done, { ...further, scope }))
      stream = liveOf(await asLongAs(scope, answer))
      if (stream === undefined) return giveUp('failed-again')
      const overlap = (await plan.fit?.(stream, broken)) ?? 0
      const seam = seamOf(plan.kind, ctx, shown)
      const chunk = plan.inChunks?.(seam)
      ctx.emit('stream:continued', { kind: plan.kind, times: done, shown, overlap })
      return { stream, seam, ...(plan.inChunks && { chunk }) }
    } catch (error) {
      // what went wrong now must not hide what went wrong first.
      void stream?.cancel(error)
      const { aborted, reason } = ctx.scope
      if (aborted && !HoldfastError.is(reason)) throw reason
      return broken.consumer.aborted ? undefined : giveUp('failed-again')
    } finally {
      stay()
      const release = (): void => scope.release()
      if (stream === undefined) release()
      else stream.over.then(release, release)
    }
  }
}

/** The answer, or the reason for which nobody waits for it any more, even if the work inside does not listen. */
const asLongAs = <Res>(scope: AbortScope, answer: Promise<Res>): Promise<Res> =>
  new Promise((resolve, reject) => {
    const stay = scope.onAbort(reject)
    answer.then(resolve, reject).finally(stay)
  })

const obstacle = <Req>(
  { call, clock }: Context<Req>,
  { seen }: Break,
  { idempotentTools }: Plan<Req>,
  left: number,
): GivenUpBecause | undefined => {
  // A tool call was handed out, or half of one: the consumer may have acted on it.
  if (seen.tools.length > 0 && !idempotentTools) return 'tools'
  if (left <= 0) return 'limit'
  return call.retryBudget.withdraw(clock.now()) ? undefined : 'budget'
}

const seamOf = (kind: Seam['kind'], { call }: Pick<Context, 'call'>, shown: number): Seam => {
  const { provider = '', model } = call.attempts.at(-1) ?? {}
  return { type: 'holdfast:seam', kind, shown, provider, model }
}
