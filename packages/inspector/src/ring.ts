/** The last so many of something. */
export class Ring<T> {
  readonly #size: number
  #items: T[] = []

  constructor(size: number) {
    this.#size = size
  }

  push(...items: readonly T[]): void {
    this.#items.push(...items)
    // Now and then, so that it is not copied for each.
    if (this.#items.length > 2 * this.#size) this.#items = this.items()
  }

  /** Replaces the newest one. */
  amend(item: T): void {
    this.#items[this.#items.length - 1] = item
  }

  /** Replaces those that `next` has something newer for. */
  renew(next: (item: T) => T): void {
    this.#items = this.items().map(next)
  }

  get last(): T | undefined {
    return this.#items.at(-1)
  }

  /** Oldest first. */
  items(): T[] {
    return this.#items.slice(-this.#size)
  }
}
