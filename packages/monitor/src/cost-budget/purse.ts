/** A period is kept in so many parts: what was spent is forgotten by the sixtieth. */
const SLOTS = 60

interface Slot {
  number: number
  usd: number
}

/** What one key has spent within a period, and what is reserved for attempts that are under way. */
export class Purse {
  readonly limitUsd: number
  reservedUsd = 0
  readonly #slotMs: number
  readonly #slots: Slot[] = []

  /** @param periodMs `Infinity` for a purse that forgets nothing, that of one call */
  constructor(limitUsd: number, periodMs: number) {
    this.limitUsd = limitUsd
    this.#slotMs = periodMs / SLOTS
  }

  spentUsd(now: number): number {
    return this.#live(now).reduce((sum, { usd }) => sum + usd, 0)
  }

  leftUsd(now: number): number {
    return Math.max(0, this.limitUsd - this.spentUsd(now) - this.reservedUsd)
  }

  /** Sets so much aside; false when it is not there. Nothing at all may always be taken from what is not spent. */
  reserve(usd: number, now: number): boolean {
    const left = this.leftUsd(now)
    // A purse of which something is left pays for what is free; an empty one sends nothing.
    if (usd > left || left <= 0) return false
    this.reservedUsd += usd
    return true
  }

  /** Gives back what was reserved, and takes what it really cost. */
  settle(reservedUsd: number, usd: number, now: number): void {
    // Binary fractions do not add up to exactly nothing.
    this.reservedUsd = Math.max(0, this.reservedUsd - reservedUsd)
    if (usd === 0) return
    const number = this.#number(now)
    const latest = this.#slots.at(-1)
    if (latest?.number === number) latest.usd += usd
    else this.#slots.push({ number, usd })
    while (this.#slots.length > SLOTS + 1) this.#slots.shift()
  }

  /** When so much will be there, in milliseconds from now; undefined when it never will. */
  waitMs(usd: number, now: number): number | undefined {
    let left = this.leftUsd(now)
    for (const slot of this.#live(now)) {
      left += slot.usd
      if (left > 0 && left >= usd && this.#slotMs < Infinity)
        return Math.max(0, (slot.number + SLOTS) * this.#slotMs - now)
    }
    return undefined
  }

  isIdle(now: number): boolean {
    return this.reservedUsd === 0 && this.#live(now).length === 0
  }

  #live(now: number): readonly Slot[] {
    const oldest = this.#number(now) - SLOTS
    return this.#slots.filter(({ number }) => number > oldest)
  }

  #number(now: number): number {
    return this.#slotMs === Infinity ? 0 : Math.floor(now / this.#slotMs)
  }
}
