/** Beyond that a clock is not behind but was set back: to wait until it has caught up might take for ever. */
const JITTER_MS = 1_000

/**
 * A token bucket that mirrors one at the provider: no timer, no clock. It starts full, refills with time and never
 * holds more than its capacity, however far the clock jumps (T61).
 */
export class Bucket {
  /** Units taken so far: what was taken since an answer was written is not in its figures. */
  taken = 0
  #ratePerMs = Infinity
  #capacity = Infinity
  #level = Infinity
  #at = 0

  get limited(): boolean {
    return this.#capacity < Infinity
  }
  get capacity(): number {
    return this.#capacity
  }

  /** From now on at this rate, with bursts of up to `capacity`; `Infinity` lifts the limit. */
  limit(ratePerMs: number, capacity: number, now: number): void {
    this.#refill(now)
    this.#ratePerMs = ratePerMs
    this.#capacity = capacity
    this.#level = capacity === Infinity ? Infinity : Math.min(this.#level, capacity)
  }

  level(now: number): number {
    this.#refill(now)
    return this.#level
  }

  /** How long until `cost` may be taken; what is larger than the bucket waits for a full one. */
  waitMs(cost: number, now: number): number {
    if (this.#level === Infinity) return 0
    const missing = Math.min(cost, this.#capacity) - this.level(now)
    // A billionth forgives 0.1 * 10 refills that come to 0.9999999999999999.
    return missing <= 1e-9 ? 0 : missing / this.#ratePerMs
  }

  take(cost: number, now: number): void {
    this.#refill(now)
    this.taken += cost
    this.#level -= cost
  }

  /** Takes back, or corrects, what was taken too much (negative: too little). */
  give(cost: number): void {
    this.taken -= cost
    this.#level = Math.min(this.#capacity, this.#level + cost)
  }

  /**
   * The provider's own count, as of when a request was sent: `sentAt`, when `takenThen` had been taken. It only lowers what
   * is taken to be left: what the provider's bucket could not hold in the meantime is not in the sum. `raise` is for the
   * first word of a larger bucket.
   */
  report(
    remaining: number,
    now: number,
    raise: boolean,
    sentAt: number = now,
    takenThen: number = this.taken,
  ): void {
    if (!this.limited) return
    const most = Math.max(this.level(now), raise ? this.#capacity : 0)
    const since = (now - sentAt) * this.#ratePerMs - (this.taken - takenThen)
    this.#level = Math.min(most, remaining + since)
  }

  #refill(now: number): void {
    const elapsedMs = now - this.#at
    // A reading that is a little older than the last one: what came since is in the level, and must not come twice.
    if (elapsedMs <= 0 && elapsedMs > -JITTER_MS) return
    this.#at = now
    const gainedMs = Math.max(0, elapsedMs)
    if (this.#level < this.#capacity)
      this.#level = Math.min(this.#capacity, this.#level + gainedMs * this.#ratePerMs)
  }
}
