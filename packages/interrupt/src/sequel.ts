import { liveOf } from '@holdfast/core'
import type {
  AnswerStream,
  Break,
  Context,
  Fault,
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
    const request = plan.requestFor(ctx, broken)
    if (typeof request === 'string') return giveUp(request)
    const why = obstacle(ctx, fault, broken, plan, plan.max - done)
    if (why !== undefined) return giveUp(why)
    done++
    const stream = await next({ ...request, attempt: 1 + done }).then(liveOf, () => undefined)
    if (stream === undefined) return giveUp('failed-again')
    const overlap = (await plan.fit?.(stream, broken)) ?? 0
    ctx.emit('stream:continued', { kind: plan.kind, times: done, shown, overlap })
    const seam = seamOf(plan.kind, ctx, shown)
    return { stream, seam, ...(plan.inChunks && { chunk: plan.inChunks(seam) }) }
  }
}

const obstacle = <Req>(
  { call, clock }: Context<Req>,
  fault: Fault,
  { seen }: Break,
  { on, idempotentTools }: Plan<Req>,
  left: number,
): GivenUpBecause | undefined => {
  if (!fault.retryable || !on.includes(fault.kind)) return 'fault'
  // A tool call was handed out, or half of one: the consumer may have acted on it.
  if (seen.tools.length > 0 && !idempotentTools) return 'tools'
  if (left <= 0) return 'limit'
  return call.retryBudget.withdraw(clock.now()) ? undefined : 'budget'
}

const seamOf = (kind: Seam['kind'], { call }: Pick<Context, 'call'>, shown: number): Seam => {
  const { provider = '', model } = call.attempts.at(-1) ?? {}
  return { type: 'holdfast:seam', kind, shown, provider, model }
}
