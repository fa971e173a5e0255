/** The last so many of something. */
export class Ring<T> {
  readonly #items: T[] = []
  readonly #most: number
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  push(item: T): void {
    if (this.#most === 0) return
    this.#items[this.#next] = item
    this.#next = (this.#next + 1) % this.#most
  }

  /** Oldest first. */
  items(): readonly T[] {
    if (this.#items.length < this.#most) return [...this.#items]
    return [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)]
  }
}
