import type { AnyEvent, Events } from '@holdfast/core'

/** Something that the policies did. Fallbacks are counted by the half second of the demo. */
export interface Moment {
  /** Milliseconds since the day began. */
  readonly atMs: number
  readonly type: 'circuit:opened' | 'circuit:half-opened' | 'circuit:closed' | 'fallback:taken'
  readonly target: string
  /** How many fallbacks went to this target. */
  readonly count?: number
}

/** How finely fallbacks are counted. */
export const FALLBACK_SLOT_MS = 500

/** Listens from now on; the function that it returns gives what was seen until then. */
export const keepTimeline = (events: Events): (() => readonly Moment[]) => {
  const startedAt = Date.now()
  const circuits: Moment[] = []
  const fallbacks = new Map<string, Moment>()

  events.on('*', (event: AnyEvent) => {
    const atMs = Math.max(0, Math.round(event.at - startedAt))
    switch (event.type) {
      case 'circuit:opened':
      case 'circuit:half-opened':
      case 'circuit:closed':
        circuits.push({ atMs, type: event.type, target: event.key })
        break
      case 'fallback:taken': {
        const slotMs = Math.floor(atMs / FALLBACK_SLOT_MS) * FALLBACK_SLOT_MS
        const slot = `${slotMs} ${event.to}`
        const count = (fallbacks.get(slot)?.count ?? 0) + 1
        fallbacks.set(slot, { atMs: slotMs, type: event.type, target: event.to, count })
        break
      }
      default:
    }
  })
  return () => [...circuits, ...fallbacks.values()].toSorted((a, b) => a.atMs - b.atMs)
}
