type Listener<T> = (event: T) => unknown

/** Tells listeners; one that throws or rejects harms neither the others nor the call it is told of (T32). */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  /** Returns the function that takes the listener off again. */
  on<K extends keyof Events>(type: K, listener: Listener<Events[K]>): () => void {
    let set = this.#listeners.get(type)
    if (set === undefined) this.#listeners.set(type, (set = new Set()))
    // A function of its own, so that a listener that is added twice can be taken off once.
    const own: Listener<Events[K]> = (event) => listener(event)
    set.add(own)
    return () => {
      set.delete(own)
    }
  }

  /** Would anybody hear of it? Nothing is built for nobody. */
  wants(type: keyof Events): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const failed = (error: unknown): void =>
      console.error(`holdfast: a listener of the monitor's '${String(type)}' failed`, error)
    for (const listener of this.#listeners.get(type) ?? [])
      try {
        const result = (listener as Listener<Events[K]>)(event)
        // Whoever pages somebody does it asynchronously: unhandled, its rejection would end the process.
        if (result instanceof Promise) result.catch(failed)
      } catch (error) {
        failed(error)
      }
  }
}
