/** A server that can start so many requests a second and makes the others wait, in order of arrival. */
export class Queue {
  /** When the work that has been accepted will all have been started. */
  #busyUntil = 0

  /** How long a request that arrives now would wait. */
  wait(now: number): number {
    return Math.max(0, this.#busyUntil - now)
  }

  /** Accepts a request. What its client abandons is executed all the same: the place is not given back. */
  enter(capacityPerSecond: number, now: number): number {
    if (capacityPerSecond === Infinity) return 0
    const wait = this.wait(now)
    this.#busyUntil = now + wait + 1_000 / capacityPerSecond
    return wait
  }
}
