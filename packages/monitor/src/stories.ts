import { UNEVENTFUL, type Story } from './entry.ts'

/** Stories of calls that nobody saw the end of (background work has none) are forgotten beyond this. */
const MAX_STORIES = 10_000

interface Told {
  readonly callId: string
  readonly route: string
}

/** A story that goes on. */
type Running = Story & { readonly route: string; waiting: boolean }

/** What happens to calls while they run; those that nothing happens to have no story, and cost nothing. */
export class Stories {
  readonly #stories = new Map<string, Running>()
  #latest = ''
  #latestFault: unknown

  retried(told: Told & { attempt: number; delayMs: number; fault?: unknown }): void {
    if (this.#again(`${told.callId} ${told.attempt}`, told.fault)) return
    const story = this.#of(told)
    story.retries++
    story.backoffMs += told.delayMs
  }

  fellBack(told: Told & { from: string; to: string; fault: unknown }): void {
    const { callId, from, to, fault } = told
    if (this.#again(`${callId} ${from} ${to}`, fault)) return
    this.#of(told).fallbacks.push({ from, to })
  }

  cameToLast(told: Told): void {
    this.#of(told).lastOption = true
  }

  queued(told: Told): void {
    this.#of(told).waiting = true
  }

  /** It goes on after a wait, or not at all. */
  unqueued(told: Told & { readonly waitedMs?: number }): void {
    const story = this.#stories.get(told.callId)
    if (story === undefined || !story.waiting) return
    story.waiting = false
    story.queuedMs += told.waitedMs ?? 0
  }

  /** How many calls wait in queues now, by route. */
  waiting(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { route, waiting } of this.#stories.values())
      if (waiting) counts.set(route, (counts.get(route) ?? 0) + 1)
    return counts
  }

  /** The story of a call that ended. */
  end(callId: string): Story | undefined {
    if (this.#stories.size === 0) return undefined
    const story = this.#stories.get(callId)
    if (story !== undefined) this.#stories.delete(callId)
    return story
  }

  /**
   * A pipeline inside another one tells both of them of the same thing, one after the other. The fault alone would not
   * do: who throws the same error object again has failed again.
   */
  #again(what: string, fault: unknown): boolean {
    const again = what === this.#latest && fault === this.#latestFault
    this.#latest = what
    this.#latestFault = fault
    return again
  }

  #of({ callId, route }: Told): Running {
    let story = this.#stories.get(callId)
    if (story === undefined) {
      if (this.#stories.size >= MAX_STORIES)
        this.#stories.delete(this.#stories.keys().next().value as string)
      story = { ...UNEVENTFUL, fallbacks: [], route, waiting: false }
      this.#stories.set(callId, story)
    }
    return story
  }
}
