/** A limit on requests as providers enforce it. */
export interface Limit {
  readonly perSecond: number
  readonly burst: number
  /** Tokens that a rejected request takes all the same: resending into a limit makes it last. */
  readonly rejectCost: number
}

export interface Verdict {
  readonly admitted: boolean
  readonly remaining: number
  /** Until the bucket is full again. */
  readonly resetMs: number
}

/** A token bucket. A limit that changes keeps what is in it, up to the new burst. */
export class Bucket {
  #tokens = Infinity
  #at = 0

  level(limit: Limit, now: number): number {
    const refilled = this.#tokens + ((now - this.#at) / 1_000) * limit.perSecond
    return Math.min(limit.burst, refilled)
  }

  take(limit: Limit, now: number): Verdict {
    const level = this.level(limit, now)
    // Virtual clocks add binary fractions: a token that is whole but for 1e-13 is whole.
    const admitted = level >= 1 - 1e-9
    this.#tokens = Math.max(0, level - (admitted ? 1 : limit.rejectCost))
    this.#at = now
    const resetMs = ((limit.burst - this.#tokens) / limit.perSecond) * 1_000
    return { admitted, remaining: Math.floor(this.#tokens + 1e-9), resetMs }
  }
}
