/** Relative error of every quantile: a p99 of 1,000 ms is told as 990 to 1,010 ms. */
export const SKETCH_ACCURACY = 0.01
const GAMMA = (1 + SKETCH_ACCURACY) / (1 - SKETCH_ACCURACY)
const LOG_GAMMA = Math.log(GAMMA)
/** A day in milliseconds falls into this bin; what is longer is counted there too. The bound on memory. */
const LAST_BIN = Math.ceil(Math.log(86_400_000) / LOG_GAMMA)
/** The bins grow by so many at a time. */
const CHUNK = 64

/** A sketch as JSON, to be kept or sent to another process. */
export interface SketchState {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** Number of the first of `bins`. */
  readonly first: number
  readonly bins: readonly number[]
}

/**
 * Quantiles of durations in bounded memory, mergeable without loss: the DDSketch of Masson, Rim and Lee (VLDB 2019).
 * Bin `i` counts values from γ^(i-1) to γ^i milliseconds, so that the error is relative; below one millisecond all is one.
 */
export class Sketch {
  count = 0
  sum = 0
  min: number = Infinity
  max = 0
  #first = 0
  #bins = new Uint32Array(0)

  add(ms: number): void {
    const bin = ms <= 1 ? 0 : Math.min(LAST_BIN, Math.ceil(Math.log(ms) / LOG_GAMMA))
    this.#room(bin, bin)
    this.#bins[bin - this.#first]!++
    this.count++
    this.sum += ms
    if (ms < this.min) this.min = ms
    if (ms > this.max) this.max = ms
  }

  /** The value below which this share of all lies; undefined while there is none. */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined
    const rank = share * (this.count - 1)
    if (rank >= this.count - 1) return this.max
    let seen = 0
    for (const [index, inBin] of this.#bins.entries()) {
      seen += inBin
      if (seen <= rank) continue
      const middle = (2 * GAMMA ** (index + this.#first)) / (GAMMA + 1)
      return Math.min(this.max, Math.max(this.min, middle))
    }
    return this.max
  }

  get mean(): number | undefined {
    return this.count === 0 ? undefined : this.sum / this.count
  }

  merge(other: Sketch): void {
    if (other.count === 0) return
    this.#room(other.#first, other.#first + other.#bins.length - 1)
    for (const [index, inBin] of other.#bins.entries())
      if (inBin > 0) this.#bins[index + other.#first - this.#first]! += inBin
    this.count += other.count
    this.sum += other.sum
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  /** Forgets everything but keeps its room: a ring of buckets allocates nothing once it has gone round. */
  clear(): void {
    this.#bins.fill(0)
    this.count = this.sum = this.max = 0
    this.min = Infinity
  }

  toJSON(): SketchState {
    const { count, sum, max } = this
    // JSON has no Infinity.
    return {
      count,
      sum,
      min: count === 0 ? 0 : this.min,
      max,
      first: this.#first,
      bins: [...this.#bins],
    }
  }

  static from({ count, sum, min, max, first, bins }: SketchState): Sketch {
    const sketch = new Sketch()
    Object.assign(sketch, { count, sum, max, min: count === 0 ? Infinity : min })
    sketch.#first = first
    sketch.#bins = Uint32Array.from(bins)
    return sketch
  }

  #room(low: number, high: number): void {
    const { length } = this.#bins
    const last = this.#first + length - 1
    if (length > 0 && low >= this.#first && high <= last) return
    const first = length === 0 ? low : Math.min(this.#first, low)
    const end = length === 0 ? high : Math.max(last, high)
    const grown = new Uint32Array(Math.ceil((end - first + 1) / CHUNK) * CHUNK)
    grown.set(this.#bins, length === 0 ? 0 : this.#first - first)
    this.#first = first
    this.#bins = grown
  }
}
