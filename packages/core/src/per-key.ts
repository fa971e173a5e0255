/** How many of the longest unused are looked at to make room for a new one: that must not cost more the more there are. */
const CANDIDATES = 8

/**
 * One value per key, made on first use, bounded. Only a value that is idle is forgotten for a new one, the least
 * recently used first: a flood of new keys cannot wipe out what is known of a failing one (T55). Where no room can be
 * made, a new key gets a value for this one use, which remembers nothing, but does no harm either.
 */
export class PerKey<T> {
  readonly #max: number
  readonly #make: (key: string) => T
  readonly #isIdle: (value: T) => boolean
  /** In the order of use: inserting again makes a key the latest. */
  readonly #values = new Map<string, T>()
  #latest: string | undefined

  /** @param isIdle true when forgetting the value loses nothing; asked only when there is no room */
  constructor(max: number, make: (key: string) => T, isIdle: (value: T) => boolean) {
    this.#max = max
    this.#make = make
    this.#isIdle = isIdle
  }

  /** The value of a key, made on first use. */
  of(key: string): T {
    let value = this.#values.get(key)
    if (value === undefined) {
      value = this.#make(key)
      if (this.#values.size >= this.#max && !this.#makeRoom()) return value
    } else {
      // Most calls go where the call before went.
      if (key === this.#latest) return value
      this.#values.delete(key)
    }
    this.#values.set(key, value)
    this.#latest = key
    return value
  }

  /** The value of a key, if there is one: looking neither makes nor uses it. */
  find(key: string): T | undefined {
    return this.#values.get(key)
  }

  /** All of them, the longest unused first. */
  entries(): [key: string, value: T][] {
    return [...this.#values]
  }

  #makeRoom(): boolean {
    let left = CANDIDATES
    for (const [key, value] of this.#values) {
      this.#values.delete(key)
      if (this.#isIdle(value)) return true
      // To the end of the queue, so that the next search begins with others.
      this.#values.set(key, value)
      this.#latest = key
      if (--left === 0) break
    }
    return false
  }
}
