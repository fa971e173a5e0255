/** A window forgets by the tenth of its length: what it covers is between 90 % and 100 % of it. */
const SLOTS = 10

/** The counts of one tenth, by name, and when it began, in milliseconds of whoever asks. */
export type Slot<K extends string> = Record<K | 'at', number>

/**
 * Counts what happened in the last `windowMs`, in constant time and memory. A tenth is emptied when it is needed again,
 * never by a timer, so that an idle window costs nothing and an hour-old count is not taken for a fresh one (T40).
 *
 * @example
 * const window = new RollingCounts(60_000, ['calls', 'failures'])
 * window.at(now).calls++
 * window.sum(now).calls // 1
 */
export class RollingCounts<K extends string> {
  readonly #slotMs: number
  readonly #names: readonly K[]
  readonly #slots: Slot<K>[]
  /** Most is counted where the count before was: nothing has to be divided for it. */
  #latest: Slot<K>

  constructor(windowMs: number, names: readonly K[]) {
    this.#slotMs = windowMs / SLOTS
    this.#names = names
    this.#slots = Array.from({ length: SLOTS }, () => this.#empty(-Infinity))
    this.#latest = this.#slots[0]!
  }

  /** Where to count what happens now; what happened a little before the newest slot may be counted there. */
  at(now: number): Record<K, number> {
    const began = this.#latest.at
    if (began <= now && now < began + this.#slotMs) return this.#latest
    const n = Math.floor(now / this.#slotMs)
    // A restored slot may lie before the origin of this process's clock: the number may be negative.
    const i = ((n % SLOTS) + SLOTS) % SLOTS
    const at = n * this.#slotMs
    if (this.#slots[i]!.at < at) this.#slots[i] = this.#empty(at)
    return (this.#latest = this.#slots[i]!)
  }

  /** All that is still covered, added up. */
  sum(now: number): Record<K, number> {
    const gone = this.#gone(now)
    const sum = this.#empty(now)
    for (const slot of this.#slots)
      if (slot.at > gone) for (const name of this.#names) sum[name] += slot[name]
    return sum
  }

  /** The slots that are still covered, oldest first, as copies. */
  slots(now: number): Slot<K>[] {
    const gone = this.#gone(now)
    const covered = this.#slots.filter(({ at }) => at > gone)
    return structuredClone(covered).toSorted((a, b) => a.at - b.at)
  }

  clear(): void {
    for (const slot of this.#slots) slot.at = -Infinity
  }

  /** Slots that began then, or before, are not covered any more. */
  #gone(now: number): number {
    return (Math.floor(now / this.#slotMs) - SLOTS) * this.#slotMs
  }

  #empty(at: number): Slot<K> {
    const slot = { at } as Slot<K>
    for (const name of this.#names) slot[name] = 0
    return slot
  }
}
