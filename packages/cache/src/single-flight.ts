import type { AbortScope } from '@holdfast/core'

/** One piece of work that several callers wait for. */
class Flight {
  readonly scope: AbortScope
  readonly result: Promise<unknown>
  waiting: number
  #taken = false

  constructor(scope: AbortScope, result: Promise<unknown>, waiting: number) {
    this.scope = scope
    this.result = result
    this.waiting = waiting
  }

  /**
   * Takes a result that can be read once only; false when somebody has it. He alone says from here on how long it runs.
   *
   * @param over - when it was read to its end; undefined when that is not known
   */
  take(taker: AbortScope, over: Promise<void> | undefined): boolean {
    if (this.#taken) return false
    this.#taken = true
    if (over === undefined) return true
    const stay = taker.onAbort((reason) => this.scope.abort(reason))
    over.finally(stay).catch(() => {})
    return true
  }
}

/**
 * Runs work once for all who ask for the same key while it runs (T70).
 *
 * The work belongs to none of them: each may leave, and only when the last one has is it cancelled. It is forgotten
 * before anybody hears how it went, so that a failure is never handed to somebody who asked later.
 */
export class SingleFlight {
  readonly #flights = new Map<string, Flight>()

  /** The work under way for this key. */
  get(key: string): Flight | undefined {
    return this.#flights.get(key)
  }

  /**
   * Starts work; `scope` is its own and must hang on nobody's.
   *
   * @param waiting - who waits for it from the start; `Infinity` for work that is to go on when nobody does
   */
  start(key: string, scope: AbortScope, work: () => Promise<unknown>, waiting = 0): Flight {
    const result = work().finally(() => this.#forget(key, flight))
    const flight = new Flight(scope, result, waiting)
    this.#flights.set(key, flight)
    // Everybody may have left when it fails.
    result.catch(() => {})
    return flight
  }

  /** Waits for the result as long as `waiter` does. */
  wait(key: string, flight: Flight, waiter: AbortScope): Promise<unknown> {
    flight.waiting++
    return new Promise((resolve, reject) => {
      const stay = waiter.onAbort((reason) => {
        reject(reason)
        if (--flight.waiting > 0) return
        // Forgotten at once: whoever asks next must not join work that is being cancelled.
        this.#forget(key, flight)
        flight.scope.abort(reason)
      })
      flight.result.finally(stay).then(resolve, reject)
    })
  }

  #forget(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
