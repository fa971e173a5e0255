import { CallContext } from './call-context.ts'
import { ConfigurationError, DeadlineExceededError } from './errors.ts'
import { settled } from './live.ts'
import type { Run } from './onion.ts'
import { quote } from './options.ts'
import type { Site } from './site.ts'
import { within } from './within.ts'

/** Beyond what any clock since the start of a process shows: a time of day was given for one of the pipeline's clock. */
const LATEST_DEADLINE_MS = 1e12

/** @throws ConfigurationError for a controller in place of its signal, a time of day in place of a time of the clock */
export const assertCallOptions = (
  name: string,
  signal: AbortSignal | undefined,
  deadline: number,
): void => {
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.aborted !== 'boolean')
    throw new ConfigurationError(`${name}: signal must be an AbortSignal, got ${quote(signal)}`)
  if (deadline !== Infinity && !(typeof deadline === 'number' && deadline < LATEST_DEADLINE_MS))
    throw new ConfigurationError(
      `${name}: deadline must be milliseconds of the pipeline's clock (performance.now() + 30_000), got ${quote(deadline)}`,
    )
}

/** A pipeline within a pipeline shares the call: its record, its abort, its deadline, its budget. */
export const nested = <Req>(
  site: Site,
  outer: CallContext<unknown>,
  request: Req,
  target: CallContext<Req>['target'],
): CallContext<Req> =>
  new CallContext<Req>(
    site,
    outer.call,
    request,
    outer.scope,
    outer.deadline,
    outer.attempt,
    target,
    outer.alternatives,
    outer,
  )

/** A caller who may leave, or who set a deadline, is answered at once when it happens, whatever the provider does. */
export const bounded =
  <Req, Res>(run: Run<Req, Res>): Run<Req, Res> =>
  (ctx) => {
    if (ctx.deadline === Infinity) return abandonable(run, ctx)
    const ms = ctx.deadline - ctx.clock.now()
    if (ms <= 0) return Promise.reject(new DeadlineExceededError(0))
    return within<Req, Res>(
      ctx,
      (inner) => run(inner as CallContext<Req>),
      ms,
      ctx.deadline,
      () => new DeadlineExceededError(ms),
    )
  }

/** Without a deadline there is no timer to carry: the caller's own scope will do. */
const abandonable = <Req, Res>(run: Run<Req, Res>, ctx: CallContext<Req>): Promise<Res> =>
  new Promise((resolve, reject) => {
    const stay = ctx.scope.onAbort(reject)
    run(ctx).then(
      (response) => {
        stay()
        return resolve(response)
      },
      (error: unknown) => {
        stay()
        // The very thing that was thrown (T28).
        reject(error)
      },
    )
  })

/** Tells the listeners how the call went, at its true end. */
export const observe = <Req, Res>(run: Run<Req, Res>, ctx: CallContext<Req>): Promise<Res> => {
  const startedAt = ctx.clock.now()
  ctx.emit('call:started', { request: ctx.request })
  const failed = (error: unknown): void => {
    const endedAt = ctx.clock.now()
    ctx.emit('call:failed', {
      durationMs: endedAt - startedAt,
      endedAt,
      error,
      fault: ctx.classify(error),
      call: ctx.call,
      request: ctx.request,
    })
  }
  const succeeded = (): void => {
    const endedAt = ctx.clock.now()
    ctx.emit('call:succeeded', { durationMs: endedAt - startedAt, endedAt, call: ctx.call })
  }
  return run(ctx).then(
    (response) => {
      const tail = settled(response)
      if (tail === undefined) succeeded()
      else tail.then(succeeded, failed)
      return response
    },
    (error: unknown) => {
      failed(error)
      throw error
    },
  )
}
