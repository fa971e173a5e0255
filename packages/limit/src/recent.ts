const SPAN_MS = 5_000
/** A rate over less than this is no rate. */
const LEAST_SPAN_MS = 1_000

/** How many requests were accepted lately: what a provider that tells no limit is known to take. */
export class Recent {
  #startedAt = -Infinity
  #spanAt = -Infinity
  #now = 0
  #before = 0

  count(n: number, now: number): void {
    this.#turn(now)
    this.#now += n
  }

  /** Per ms. */
  rate(now: number): number {
    this.#turn(now)
    const intoMs = now - this.#spanAt
    const counted = this.#now + this.#before * (1 - intoMs / SPAN_MS)
    const spanMs = Math.min(SPAN_MS, now - this.#startedAt)
    return Math.max(0, counted) / Math.max(LEAST_SPAN_MS, spanMs)
  }

  #turn(now: number): void {
    const spans = Math.floor((now - this.#spanAt) / SPAN_MS)
    if (spans < 1) return
    // After a long rest it starts anew, or the rest would count as a time of slow sending.
    if (spans >= 2) this.#startedAt = now
    this.#before = spans === 1 ? this.#now : 0
    this.#now = 0
    this.#spanAt = spans === 1 ? this.#spanAt + SPAN_MS : now
  }
}
