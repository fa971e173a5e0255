import type { Limits } from './hints.ts'

/** What a bucket says to one request. */
interface Taken {
  /** 0 when the request is let through, otherwise the milliseconds until one would be. */
  readonly waitMs: number
  readonly limits: Limits
}

/** A provider's request limit: a bucket that refills steadily and holds at most its burst. */
export interface TokenBucket {
  readonly take: (nowMs: number) => Taken
}

/** Makes a full bucket. A rejected request takes nothing out of it. */
export const tokenBucket = (perSecond: number, burst: number): TokenBucket => {
  let level = burst
  let at = 0
  return {
    take: (nowMs) => {
      level = Math.min(burst, level + ((nowMs - at) * perSecond) / 1000)
      at = nowMs
      // Float dust must not turn "come back in 100 ms" into a lie at exactly 100 ms.
      const passes = level >= 1 - 1e-9
      const waitMs = passes ? 0 : Math.ceil(((1 - level) * 1000) / perSecond)
      if (passes) level -= 1
      return {
        waitMs,
        limits: {
          limit: Math.round(perSecond * 60),
          remaining: Math.max(0, Math.floor(level)),
          resetMs: Math.ceil(((burst - level) * 1000) / perSecond),
        },
      }
    },
  }
}
