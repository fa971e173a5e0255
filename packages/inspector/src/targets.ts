import { systemClock, type Health } from '@holdfast/core'

import type { SeenTarget } from './seen.ts'

/** Pipelines mostly share one; a process that makes a new one for each request must not fill this up. */
const MAX_HEALTHS = 50

/** What the policies know of targets: calls carry it with them. */
export class Targets {
  readonly #healths = new Set<Health>()

  note(health: Health): void {
    if (this.#healths.size < MAX_HEALTHS) this.#healths.add(health)
  }

  seen(): Record<string, SeenTarget> {
    const now = systemClock.now()
    const targets: Record<string, SeenTarget> = {}
    for (const health of this.#healths)
      for (const [id, entry] of Object.entries(health.snapshot()))
        targets[id] = {
          state: entry.state,
          inFlight: entry.inFlight,
          capacity: Number.isFinite(entry.capacity) ? entry.capacity : undefined,
          opensInMs: entry.state === 'healthy' ? 0 : Math.max(0, entry.until - now),
          p95FirstContentMs: entry.p95FirstContentMs,
          p95TotalMs: entry.p95TotalMs,
        }
    return targets
  }
}
