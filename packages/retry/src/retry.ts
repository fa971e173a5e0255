import { place, RETRYABLE, sleep } from '@holdfast/core'
import type { Context, Fault, Next, PipelineShape, Placed, Policy, Universal } from '@holdfast/core'

import { after, atLeast, backoffMs, NO_WAITS } from './backoff.ts'
import type { RetryStop } from './events.ts'
import { asked } from './hooks.ts'
import { baseDelayMsFor, settingsOf } from './options.ts'
import type { RetryAt, RetryOptions, RetrySettings } from './options.ts'
import { isConsumed } from './replay.ts'
import { worstCase } from './shape.ts'

/** Tries without a wait between two looks at the timers: without one, no timer could stop them (T26). */
const YIELD_EVERY = 100
const YIELD_MS = 1

/**
 * Sends a failed request again, after a wait that grows, spreads and never undercuts what the provider asked for.
 *
 * When it gives up, the error of the last attempt reaches the caller untouched, at once and without the wait.
 *
 * @example
 * pipeline(callModel, [fallback([other]), retry({ maxAttempts: 3 }), timeout({ timeoutMs: 15_000 })])
 * @throws ConfigurationError for an option out of range
 */
export function retry<Req, Res>(
  options: RetryOptions<Req> & { readonly adapt: NonNullable<RetryOptions<Req>['adapt']> },
): Placed<'retry', 6, Req, Res>
export function retry(options?: RetryOptions): Universal<'retry', 6>
export function retry<Req, Res>(options?: RetryOptions<Req>): Placed<'retry', 6, Req, Res> {
  const settings = settingsOf(options)
  const policy: Policy<Req, Res> = (ctx, next) =>
    // Not an async function: nearly every call succeeds, and then a frame would be its dearest part.
    next(tryOf(ctx, 1, ctx.request)).then(undefined, (error: unknown) =>
      resend(settings, ctx, next, error),
    )
  const shape = (inner: PipelineShape): PipelineShape => worstCase(settings, inner)
  return place({ name: 'retry', floor: 'retry', direct: true, shape }, policy)
}

/** Each try has a fork of its own, the first one too: what is set within it is seen only if it wins (T74). */
const tryOf = <Req>(ctx: Context<Req>, attempt: number, request: Req): Context<Req> => {
  const fork = ctx.fork()
  fork.attempt = attempt
  fork.request = request
  return fork
}

/** All there is after the first failure; its variables are the whole state of the call (T35). */
async function resend<Req, Res>(
  settings: RetrySettings<Req>,
  ctx: Context<Req>,
  next: Next<Req, Res>,
  firstError: unknown,
): Promise<Res> {
  const { adapt, delay } = settings
  let error = firstError
  let request = ctx.request
  let waits = NO_WAITS
  for (let attempt = 1; ; attempt++) {
    const fault = ctx.classify(error)
    const at: RetryAt<Req> = { fault, error, attempt, ctx }
    if (ctx.scope.aborted || isBetterElsewhere(ctx, fault) || !isMendable(settings, fault))
      throw error
    if (attempt >= settings.maxAttempts) throw gaveUp(at, 'attempts')

    const adapted = adapt && asked(at, 'adapt', () => adapt(request, at))
    if (adapted !== undefined) request = adapted
    else if (!fault.retryable) throw error
    else if (isConsumed(request)) throw gaveUp(at, 'body-consumed')

    const dice = ctx.random()
    const computedMs =
      (delay && asked(at, 'delay', () => delay(at))) ??
      backoffMs(settings, baseDelayMsFor(settings.baseDelayMs, fault), waits, dice)
    const delayMs = atLeast(fault.retryAfterMs, computedMs, dice)
    const stop = whyStop(settings, at, delayMs)
    if (stop !== undefined) throw gaveUp(at, stop)

    ctx.emit('retry:scheduled', { attempt, delayMs, fault, error })
    if (delayMs > 0 || attempt % YIELD_EVERY === 0) {
      // Never back before the hint: `sleep` goes by the clock (T12).
      await sleep(ctx, delayMs || YIELD_MS)
      // A timer may also fire late.
      if (ctx.clock.now() >= ctx.deadline) throw gaveUp(at, 'deadline')
    }
    waits = after(waits, delayMs, computedMs)
    let failed = false
    // Not try and catch: an `await` that throws unwinds the stack, which costs more than the rest of the loop.
    const response = await next(tryOf(ctx, attempt + 1, request)).then(undefined, (failure) => {
      failed = true
      error = failure
    })
    if (!failed) return response as Res
  }
}

/**
 * Failover before backoff: while a healthy target is untried, waiting for this one is a waste. An answer that was bad
 * may be better the next time here, at once; one that did not come has cost a whole timeout, and a few of those use
 * up the deadline before anybody else is asked.
 */
const isBetterElsewhere = <Req>(ctx: Context<Req>, { kind, scope }: Fault): boolean =>
  (scope !== 'request' || kind === 'timeout') && ctx.alternatives() > 0

/** Could a further attempt succeed? The same request only if the fault says so; a changed one, if the request was to blame. */
const isMendable = <Req>({ on, adapt }: RetrySettings<Req>, fault: Fault): boolean =>
  on.includes(fault.kind) &&
  (fault.retryable || (adapt !== undefined && fault.scope === 'request' && !RETRYABLE[fault.kind]))

/** Decided before the wait, not after it: whoever gives up at once leaves `fallback` the time to answer. */
function whyStop<Req>(
  settings: RetrySettings<Req>,
  { fault, ctx }: RetryAt<Req>,
  delayMs: number,
): RetryStop | undefined {
  if ((fault.retryAfterMs ?? 0) > settings.maxRetryAfterMs) return 'retry-after'
  if (ctx.deadline < Infinity && ctx.clock.now() + delayMs >= ctx.deadline) return 'deadline'
  return settings.budget && !ctx.call.retryBudget.withdraw(ctx.call.at) ? 'budget' : undefined
}

/** Says why in an event and hands back the attempt's own error, for the caller to see that and nothing else. */
function gaveUp<Req>({ ctx, attempt, fault, error }: RetryAt<Req>, reason: RetryStop): unknown {
  ctx.emit('retry:exhausted', { attempt, reason, fault, error })
  return error
}
