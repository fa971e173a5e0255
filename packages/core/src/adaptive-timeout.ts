import { asksForStream } from './asks-for-stream.ts'
import type { Context } from './context.ts'
import { TimeoutError } from './errors.ts'
import {
  checkAtMost,
  milliseconds,
  millisecondsOrForever,
  number,
  resolveOptions,
} from './options.ts'
import { place, type Universal } from './policy.ts'
import { watch } from './watch.ts'
import { within, type OnStream } from './within.ts'

export interface AdaptiveTimeoutOptions {
  /** The limit in multiples of the 95th percentile of what the target has taken so far. @default 4 */
  readonly p95Times?: number
  /** No limit is shorter, in milliseconds. @default 2_000 */
  readonly minMs?: number
  /**
   * No limit is longer, in milliseconds, but that of the last target left, which may run to a deadline; the limit while
   * nothing is known of the target. @default 60_000
   */
  readonly maxMs?: number
  /**
   * As `idleMs` of `timeout`, in milliseconds, at most: a target that usually begins soon is silent for no longer than an
   * attempt may take to begin, and 5 s at least, since a tool that the provider runs makes a pause. @default 15_000
   */
  readonly idleMs?: number
}

const LEAST_IDLE_MS = 5_000

export const ADAPTIVE_TIMEOUT_DEFAULTS: Required<AdaptiveTimeoutOptions> = {
  p95Times: 4,
  minMs: 2_000,
  maxMs: 60_000,
  idleMs: 15_000,
}

/**
 * Limits one attempt by what its target usually takes: no fixed limit is right on a good day and on a bad one.
 * While another target is left to try, an attempt gets its share of the time to the deadline at most; the last one left
 * may run to the deadline, since giving up on it early leaves nothing.
 */
export const adaptiveTimeout = (options?: AdaptiveTimeoutOptions): Universal<'timeout', 11> => {
  const settings = resolveOptions<Required<AdaptiveTimeoutOptions>>(
    'adaptiveTimeout',
    options,
    ADAPTIVE_TIMEOUT_DEFAULTS,
    {
      p95Times: number(1),
      minMs: milliseconds(1),
      maxMs: milliseconds(1),
      idleMs: millisecondsOrForever(1),
    },
  )
  checkAtMost('adaptiveTimeout', settings, 'minMs', 'maxMs')
  const { p95Times, minMs, maxMs, idleMs } = settings

  const limitOf = (ctx: Context, others: number): number => {
    const { clock, deadline, health, target } = ctx
    const { p95FirstContentMs, p95TotalMs } = health.of(target.id)
    // Asked only where the two differ: until enough is known, and for what is never streamed, they do not.
    const p95 =
      p95FirstContentMs !== p95TotalMs && asksForStream(ctx) === false
        ? p95TotalMs
        : p95FirstContentMs
    const usualMs = p95 === undefined ? maxMs : Math.max(minMs, Math.min(maxMs, p95Times * p95))
    if (deadline === Infinity) return usualMs
    const leftMs = deadline - clock.now()
    return others === 0 ? Math.max(usualMs, leftMs) : Math.min(usualMs, leftMs / (1 + others))
  }

  /**
   * It took at least as long: without this a slow target looks as fast as the few answers that come in time. A limit that the
   * deadline cut short says nothing, and would make it look faster still.
   */
  const tooSlow = ({ health, target: { id } }: Context, ms: number): void => {
    const { p95FirstContentMs = minMs, p95TotalMs = minMs } = health.of(id)
    if (ms >= p95FirstContentMs) health.observe(id, 'firstContent', ms)
    if (ms >= p95TotalMs) health.observe(id, 'total', ms)
  }

  const onStream: OnStream = (limit, stream, clock) => {
    const silentMs = Math.min(idleMs, Math.max(LEAST_IDLE_MS, limit.ms))
    watch(clock, limit, stream, silentMs, Infinity, Infinity)
  }

  return place(
    {
      name: 'timeout',
      floor: 'timeout',
      direct: true,
      timed: true,
      shape: (inner) => ({ ...inner, maxMs: Math.min(inner.maxMs, maxMs) }),
    },
    (ctx, next) => {
      const expired = (ms: number): TimeoutError => {
        tooSlow(ctx, ms)
        return new TimeoutError(ms)
      }
      return within(ctx, next, limitOf(ctx, ctx.alternatives()), ctx.deadline, expired, onStream)
    },
  )
}
