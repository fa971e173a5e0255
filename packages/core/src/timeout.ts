import { asksForStream } from './asks-for-stream.ts'
import type { Clock } from './clock.ts'
import type { Context } from './context.ts'
import { ConfigurationError, TimeoutError } from './errors.ts'
import { millisecondsOrForever, optional, resolveOptions } from './options.ts'
import { place, type Universal } from './policy.ts'
import { watch } from './watch.ts'
import { within, type OnStream } from './within.ts'

export interface TimeoutOptions {
  /**
   * Longest time of one attempt until it answers, in milliseconds; `Infinity` for none. A stream answers with its first
   * content. From a second on it may fire 50 ms late, never early. @default `totalMs`, else `firstContentMs`
   */
  readonly timeoutMs?: number
  /**
   * The same for streams alone, in milliseconds; a request whose dialect says that it does not stream has `timeoutMs`.
   * @default `timeoutMs`
   */
  readonly firstContentMs?: number
  /**
   * Longest pause of a stream between two contents (text, reasoning, tool calls) while somebody waits for the next, in
   * milliseconds; pings are none. It may fire a quarter late, never early. @default the limit of the first content
   */
  readonly idleMs?: number
  /** Longest time of one attempt to the end of its stream, in milliseconds. @default Infinity: the deadline is for that */
  readonly totalMs?: number
}

/**
 * Limits one attempt: rejects with `TimeoutError` even if the provider does not listen, and aborts its signal.
 * It must stand innermost, inside retry, so that the next attempt gets the same time again.
 */
export const timeout = (options: TimeoutOptions): Universal<'timeout', 11> => {
  const limitMs = optional(millisecondsOrForever(1))
  const rules = { timeoutMs: limitMs, firstContentMs: limitMs, idleMs: limitMs, totalMs: limitMs }
  const given = resolveOptions<TimeoutOptions>('timeout', options, {}, rules)
  const { totalMs = Infinity } = given
  if (Object.values(given).length === 0)
    throw new ConfigurationError(
      'timeout: one of timeoutMs, firstContentMs, idleMs, totalMs must be given',
    )
  const firstContentMs = Math.min(given.firstContentMs ?? given.timeoutMs ?? Infinity, totalMs)
  const timeoutMs = given.timeoutMs ?? (totalMs === Infinity ? firstContentMs : totalMs)
  const { idleMs = firstContentMs } = given
  const limited = Math.min(timeoutMs, firstContentMs, idleMs) < Infinity
  const longestMs = Math.max(timeoutMs, firstContentMs)
  const msFor = (ctx: Context): number =>
    timeoutMs === firstContentMs || asksForStream(ctx) !== false ? firstContentMs : timeoutMs
  const expired = (ms: number): TimeoutError => new TimeoutError(ms)
  /** From the first content on: the pauses are limited, and what is left of the time to the end. */
  const onStream =
    (restMs: (clock: Clock) => number): OnStream =>
    (limit, stream, clock) =>
      watch(clock, limit, stream, idleMs, restMs(clock), totalMs)
  const endless = onStream(() => Infinity)
  const untilTotal = (startedAt: number): OnStream =>
    onStream((clock) => startedAt + totalMs - clock.now())
  return place(
    {
      name: 'timeout',
      floor: 'timeout',
      direct: true,
      shape: (inner) => ({
        ...inner,
        maxMs: Math.min(inner.maxMs, longestMs),
        attemptTimeoutMs: longestMs,
      }),
    },
    (ctx, next) => {
      if (!limited) return next(ctx)
      // The clock is read only where the time to the end is limited too.
      const follow = totalMs === Infinity ? endless : untilTotal(ctx.clock.now())
      return within(ctx, next, msFor(ctx), ctx.deadline, expired, follow)
    },
  )
}
