import { TimeoutError } from './errors.ts'
import { millisecondsOrForever, resolveOptions } from './options.ts'
import { place, type Universal } from './policy.ts'
import { within } from './within.ts'

export interface TimeoutOptions {
  /** Longest time of one attempt, in milliseconds; `Infinity` for none. From a second on it may fire 50 ms late, never early. */
  readonly timeoutMs: number
}

/**
 * Limits one attempt: rejects with `TimeoutError` even if the provider does not listen, and aborts its signal.
 * It must stand innermost, inside retry, so that the next attempt gets the same time again.
 */
export const timeout = (options: TimeoutOptions): Universal<'timeout', 11> => {
  const { timeoutMs } = resolveOptions<TimeoutOptions>(
    'timeout',
    options,
    {},
    { timeoutMs: millisecondsOrForever(1) },
  )
  const expired = (): TimeoutError => new TimeoutError(timeoutMs)
  return place(
    {
      name: 'timeout',
      floor: 'timeout',
      shape: (inner) => ({
        ...inner,
        maxMs: Math.min(inner.maxMs, timeoutMs),
        attemptTimeoutMs: timeoutMs,
      }),
    },
    (ctx, next) =>
      timeoutMs === Infinity ? next() : within(ctx, next, timeoutMs, ctx.deadline, expired),
  )
}
