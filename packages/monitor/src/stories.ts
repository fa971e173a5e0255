import type { Story } from './entry.ts'

/** Stories of calls that nobody saw the end of (background work has none) are forgotten beyond this. */
const MAX_STORIES = 10_000

interface Told {
  readonly callId: string
}

/** What happens to calls while they run; those that nothing happens to have no story, and cost nothing. */
export class Stories {
  readonly #stories = new Map<string, Story>()
  /** A pipeline inside another one tells both of them of the same thing, one after the other. */
  #latest: unknown

  retried({ callId, delayMs, fault }: Told & { delayMs: number; fault?: unknown }): void {
    if (this.#again(fault)) return
    const story = this.#of(callId)
    story.retries++
    story.backoffMs += delayMs
  }

  fellBack({ callId, from, to, fault }: Told & { from: string; to: string; fault: unknown }): void {
    if (!this.#again(`${callId}${from}${to}`, fault)) this.#of(callId).fallbacks.push({ from, to })
  }

  cameToLast({ callId }: Told): void {
    this.#of(callId).lastOption = true
  }

  /** The story of a call that ended. */
  end(callId: string): Story | undefined {
    if (this.#stories.size === 0) return undefined
    const story = this.#stories.get(callId)
    if (story !== undefined) this.#stories.delete(callId)
    return story
  }

  #again(...what: readonly unknown[]): boolean {
    const [first, fault = first] = what
    const same = fault !== undefined && fault === this.#latest
    this.#latest = fault
    return same
  }

  #of(callId: string): Story {
    let story = this.#stories.get(callId)
    if (story === undefined) {
      if (this.#stories.size >= MAX_STORIES)
        this.#stories.delete(this.#stories.keys().next().value as string)
      story = { retries: 0, backoffMs: 0, fallbacks: [], lastOption: false }
      this.#stories.set(callId, story)
    }
    return story
  }
}
