/** Something that counts, and can forget what it counted. */
interface Clearable {
  clear(): void
}

interface Bucket<T> {
  /** Its begin divided by its length. */
  number: number
  readonly value: T
}

/**
 * What was counted lately, in a ring of buckets: constant memory, no timer. A bucket is emptied when the next count
 * falls on it, so that an idle window costs nothing and what is old is never taken for fresh.
 */
export class RollingWindow<T extends Clearable> {
  readonly bucketMs: number
  readonly #ring: (Bucket<T> | undefined)[]
  readonly #make: () => T
  /** The bucket that was counted in last: most counts fall into it, and need no arithmetic. */
  #latest: Bucket<T> | undefined
  #from = 0

  constructor(bucketMs: number, buckets: number, make: () => T) {
    this.bucketMs = bucketMs
    this.#ring = Array.from({ length: buckets }, () => undefined)
    this.#make = make
  }

  /** The bucket of this moment, in monotonic milliseconds. */
  at(now: number): T {
    const since = now - this.#from
    if (this.#latest !== undefined && since >= 0 && since < this.bucketMs) return this.#latest.value
    const number = Math.floor(now / this.bucketMs)
    const place = number % this.#ring.length
    const bucket = (this.#ring[place] ??= { number, value: this.#make() })
    if (bucket.number !== number) {
      bucket.number = number
      bucket.value.clear()
    }
    this.#latest = bucket
    this.#from = number * this.bucketMs
    return bucket.value
  }

  /** The buckets that began from `fromMs` before now until `toMs` before now; the one of this moment counts as 0 before. */
  *between(now: number, fromMs: number, toMs = 0): Iterable<T> {
    const newest = Math.floor((now - toMs) / this.bucketMs)
    const oldest = Math.floor((now - fromMs) / this.bucketMs)
    for (const bucket of this.#ring)
      if (bucket !== undefined && bucket.number > oldest && bucket.number <= newest)
        yield bucket.value
  }
}
