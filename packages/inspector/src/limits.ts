import type { AnyEvent } from '@holdfast/core'

import type { Told } from './marks.ts'
import type { SeenLimit } from './seen.ts'

/** Keys remembered; the one that was heard of longest ago goes first. */
const MAX_KEYS = 100

interface Limit {
  /** The calls that wait, so that one that leaves is not counted for ever. */
  readonly waiting: Set<string>
  rejected: number
  pausedUntil: number
}

/** Queues and pauses, as the events of the limits tell them. */
export class Limits {
  readonly #limits = new Map<string, Limit>()

  note(event: AnyEvent): void {
    const { type, callId, at } = event
    const { key, pauseMs = 0 } = event as unknown as Told
    if (!type.startsWith('limit:') || key === undefined) return
    const limit = this.#of(key)
    if ((type as string) === 'limit:queued') limit.waiting.add(callId)
    else limit.waiting.delete(callId)
    if ((type as string) === 'limit:rejected') limit.rejected++
    if ((type as string) === 'limit:paused') limit.pausedUntil = at + pauseMs
  }

  /** A call is over, and waits nowhere. */
  end(callId: string): void {
    for (const { waiting } of this.#limits.values()) waiting.delete(callId)
  }

  seen(wall: number): Record<string, SeenLimit> {
    return Object.fromEntries(
      [...this.#limits].map(([key, { waiting, rejected, pausedUntil }]) => [
        key,
        { waiting: waiting.size, rejected, pausedForMs: Math.max(0, pausedUntil - wall) },
      ]),
    )
  }

  #of(key: string): Limit {
    const limit = this.#limits.get(key) ?? { waiting: new Set(), rejected: 0, pausedUntil: 0 }
    this.#limits.delete(key)
    if (this.#limits.size >= MAX_KEYS)
      this.#limits.delete(this.#limits.keys().next().value as string)
    this.#limits.set(key, limit)
    return limit
  }
}
