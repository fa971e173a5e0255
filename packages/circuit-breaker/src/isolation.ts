/** Which circuits are shut by hand. It lies over their states and leaves them alone, so that lifting it restores them (T50). */
export class Isolation {
  #everything = 0
  readonly #keys = new Map<string, number>()

  get coversAll(): boolean {
    return this.#everything > 0
  }

  covers(key: string): boolean {
    return this.coversAll || (this.#keys.size > 0 && this.#keys.has(key))
  }

  /** Shuts one key, or all that there are and will be; each call is lifted by its own release, once. */
  add(key: string | undefined): () => void {
    this.#count(key, 1)
    let lifted = false
    return () => {
      if (!lifted) this.#count(key, -1)
      lifted = true
    }
  }

  #count(key: string | undefined, by: 1 | -1): void {
    if (key === undefined) this.#everything += by
    else {
      const count = (this.#keys.get(key) ?? 0) + by
      if (count > 0) this.#keys.set(key, count)
      else this.#keys.delete(key)
    }
  }
}
