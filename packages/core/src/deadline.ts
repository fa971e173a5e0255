import { ConfigurationError, DeadlineExceededError } from './errors.ts'
import { millisecondsOrForever, resolveOptions } from './options.ts'
import { place, type Universal } from './policy.ts'
import { within } from './within.ts'

export interface DeadlineOptions {
  /** Longest time of the whole call, all attempts and waits included, in milliseconds; `Infinity` for none. */
  readonly timeoutMs: number
}

/**
 * Limits the whole call. Inner policies read `ctx.deadline`: retry gives up at once rather than wait beyond it.
 * Rejects with `DeadlineExceededError`; a stale answer or `degrade` outside can still serve.
 */
export const deadline = (options: DeadlineOptions): Universal<'deadline', 2> => {
  const { timeoutMs } = resolveOptions<DeadlineOptions>(
    'deadline',
    options,
    {},
    { timeoutMs: millisecondsOrForever(1) },
  )
  const expired = (): DeadlineExceededError => new DeadlineExceededError(timeoutMs)
  return place(
    {
      name: 'deadline',
      floor: 'deadline',
      direct: true,
      shape(inner) {
        const { attemptTimeoutMs = 0 } = inner
        if (attemptTimeoutMs !== Infinity && attemptTimeoutMs > timeoutMs)
          throw new ConfigurationError(
            `timeout: timeoutMs (${attemptTimeoutMs}) is longer than the deadline's (${timeoutMs}): no attempt could ever time out`,
          )
        return { ...inner, maxMs: Math.min(inner.maxMs, timeoutMs) }
      },
    },
    (ctx, next) => {
      if (timeoutMs === Infinity) return next(ctx)
      return within(
        ctx,
        next,
        timeoutMs,
        Math.min(ctx.deadline, ctx.clock.now() + timeoutMs),
        expired,
      )
    },
  )
}
