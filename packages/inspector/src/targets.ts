import {
  systemClock,
  type AnyEvent,
  type Attempt,
  type Health,
  type RunningAttempt,
} from '@holdfast/core'

import type { SeenTarget } from './seen.ts'

/** Pipelines mostly share one; a process that makes a new one for each request must not fill this up. */
const MAX_HEALTHS = 50
/** Requests that nobody saw the end of are forgotten beyond this. */
const MAX_OUT = 10_000

/** What is known of targets: what policies keep in `health`, which calls carry with them, and what is under way. */
export class Targets {
  readonly #healths = new Set<Health>()
  /** A set: a pipeline inside another one tells both of them of one request. */
  readonly #out = new Set<Readonly<Attempt>>()

  know(health: Health): void {
    if (this.#healths.size < MAX_HEALTHS) this.#healths.add(health)
  }

  note(event: AnyEvent): void {
    if (event.type === 'attempt:started') {
      if (this.#out.size >= MAX_OUT) this.#out.delete(this.#out.values().next().value!)
      this.#out.add(event.attemptRecord)
    } else if ('attemptRecord' in event) this.#ended(event.attemptRecord)
  }

  /** One that was called off is out until its provider is over with it. */
  #ended(attempt: Readonly<Attempt>): void {
    const { work } = attempt as RunningAttempt
    const forget = (): void => void this.#out.delete(attempt)
    if (work === undefined) forget()
    else work.then(forget, forget)
  }

  seen(): Record<string, SeenTarget> {
    const now = systemClock.now()
    const out = new Map<string, number>()
    for (const { target } of this.#out) out.set(target, (out.get(target) ?? 0) + 1)
    const targets: Record<string, SeenTarget> = {}
    for (const health of this.#healths)
      for (const [id, entry] of Object.entries(health.snapshot()))
        targets[id] = {
          state: entry.state,
          inFlight: out.get(id) ?? 0,
          capacity: Number.isFinite(entry.capacity) ? entry.capacity : undefined,
          opensInMs: entry.state === 'healthy' ? 0 : Math.max(0, entry.until - now),
          p95FirstContentMs: entry.p95FirstContentMs,
          p95TotalMs: entry.p95TotalMs,
        }
    return targets
  }
}
