/** Which circuits are shut by hand. It lies over their states and leaves them alone, so that lifting it restores them (T50). */
export class Isolation {
  /** How often each key is shut; undefined stands for all that there are and will be. */
  readonly #times = new Map<string | undefined, number>()

  get any(): boolean {
    return this.#times.size > 0
  }

  covers(key: string): boolean {
    return this.any && (this.#times.has(undefined) || this.#times.has(key))
  }

  /** Each is lifted by its own release, once. */
  add(key: string | undefined): () => void {
    this.#times.set(key, (this.#times.get(key) ?? 0) + 1)
    let lifted = false
    return () => {
      if (lifted) return
      lifted = true
      const times = this.#times.get(key)! - 1
      if (times > 0) this.#times.set(key, times)
      else this.#times.delete(key)
    }
  }
}
