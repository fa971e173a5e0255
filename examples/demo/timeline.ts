import type { Events } from '@holdfast/core'

const CIRCUIT_EVENTS = ['circuit:opened', 'circuit:half-opened', 'circuit:closed'] as const

/** Something that the policies did. Fallbacks are counted by the half second. */
export interface Moment {
  /** Milliseconds since the day began. */
  readonly atMs: number
  readonly type: (typeof CIRCUIT_EVENTS)[number] | 'fallback:taken'
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

  const since = (at: number): number => Math.max(0, Math.round(at - startedAt))

  for (const type of CIRCUIT_EVENTS)
    events.on(type, ({ at, key }) => circuits.push({ atMs: since(at), type, target: key }))

  events.on('fallback:taken', ({ at, to, type }) => {
    const atMs = Math.floor(since(at) / FALLBACK_SLOT_MS) * FALLBACK_SLOT_MS
    const slot = `${atMs} ${to}`
    const count = (fallbacks.get(slot)?.count ?? 0) + 1
    fallbacks.set(slot, { atMs, type, target: to, count })
  })
  return () => [...circuits, ...fallbacks.values()].toSorted((a, b) => a.atMs - b.atMs)
}
