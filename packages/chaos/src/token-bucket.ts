/** A provider's request limit: a bucket that refills steadily and holds at most its burst. */
export interface TokenBucket {
  /** Takes one request at a time in ms: 0 when it is let through, otherwise the ms until one would be. */
  readonly take: (nowMs: number) => number
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
      if (level >= 1 - 1e-9) {
        level -= 1
        return 0
      }
      return Math.ceil(((1 - level) * 1000) / perSecond)
    },
  }
}
