/** Keeps a fair few of many: each one that is offered has the same chance to be among those that are taken. */
export class Sample<T> {
  readonly #size: number
  readonly #random: () => number
  #kept: T[] = []
  #offered = 0

  constructor(size: number, random: () => number) {
    this.#size = size
    this.#random = random
  }

  /** How many were offered since the last `take`. */
  get offered(): number {
    return this.#offered
  }

  /** `make` is called only for what is kept, for now at least. */
  offer(make: () => T): void {
    const n = this.#offered++
    if (n < this.#size) this.#kept.push(make())
    else {
      // Vitter's algorithm R.
      const place = Math.floor(this.#random() * (n + 1))
      if (place < this.#size) this.#kept[place] = make()
    }
  }

  /** What was kept; begins anew. */
  take(): T[] {
    const kept = this.#kept
    this.#kept = []
    this.#offered = 0
    return kept
  }
}
