/** A window forgets by the tenth of its length: what it covers is between 90 % and 100 % of it. */
const BUCKETS = 10

/** What is counted, over the whole window or in one bucket of it. */
export interface Counts {
  calls: number
  failures: number
  slow: number
}

/** The counts of one bucket and the time that it began, in milliseconds of whoever asks. */
export interface Bucket extends Readonly<Counts> {
  readonly at: number
}

const NOTHING: Counts = { calls: 0, failures: 0, slow: 0 }

/**
 * Counts the calls of the last `windowMs`, in constant time and memory: a ring of buckets and their running sum.
 * Old buckets are emptied when the next call is counted, never by a timer, so that an idle window costs nothing
 * and failures from an hour ago are not taken for fresh ones (T40).
 */
export class RollingWindow implements Counts {
  calls = 0
  failures = 0
  slow = 0
  readonly #bucketMs: number
  readonly #ring: Counts[] = Array.from({ length: BUCKETS }, () => ({ ...NOTHING }))
  /** The number of the newest bucket: its begin divided by its length. */
  #newest = -Infinity

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS
  }

  /** Counts calls that ended at `at`; a time slightly before the newest one falls into the newest bucket. */
  add(at: number, calls: number, failures: number, slow: number): void {
    this.forget(at)
    const bucket = this.#bucket(this.#newest)
    bucket.calls += calls
    bucket.failures += failures
    bucket.slow += slow
    this.calls += calls
    this.failures += failures
    this.slow += slow
  }

  /** Empties the buckets that have left the window by now. */
  forget(now: number): void {
    const newest = Math.floor(now / this.#bucketMs)
    if (newest <= this.#newest) return
    for (let n = Math.max(this.#newest + 1, newest - BUCKETS + 1); n <= newest; n++) {
      const bucket = this.#bucket(n)
      this.calls -= bucket.calls
      this.failures -= bucket.failures
      this.slow -= bucket.slow
      Object.assign(bucket, NOTHING)
    }
    this.#newest = newest
  }

  clear(): void {
    for (const bucket of this.#ring) Object.assign(bucket, NOTHING)
    Object.assign(this, NOTHING)
    this.#newest = -Infinity
  }

  /** The buckets that hold something, oldest first, as copies. */
  buckets(): Bucket[] {
    const buckets: Bucket[] = []
    if (this.calls === 0) return buckets
    for (let n = this.#newest - BUCKETS + 1; n <= this.#newest; n++) {
      const { calls, failures, slow } = this.#bucket(n)
      if (calls > 0) buckets.push({ at: n * this.#bucketMs, calls, failures, slow })
    }
    return buckets
  }

  // Restored buckets may lie before the origin of this process's clock: the number may be negative.
  #bucket(n: number): Counts {
    return this.#ring[((n % BUCKETS) + BUCKETS) % BUCKETS]!
  }
}
