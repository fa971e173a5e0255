/** Second attempts that may be saved up: a quiet hour must not pay for a storm. */
const MOST_SAVED = 10

/** A token bucket that calls pay into and second attempts are paid from: the extra load stays a share of the load. */
export class HedgeBudget {
  #saved = 0
  readonly #ratio: number

  constructor(ratio: number) {
    this.#ratio = ratio
  }

  deposit(): void {
    this.#saved = Math.min(MOST_SAVED, this.#saved + this.#ratio)
  }

  /** Takes one second attempt; false when there is none. */
  withdraw(): boolean {
    // Twenty deposits of 0.05 must make a whole one, whatever binary fractions say.
    if (this.#saved < 1 - 1e-9) return false
    this.#saved -= 1
    return true
  }
}
