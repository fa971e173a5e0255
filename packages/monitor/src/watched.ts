import type { Events } from '@holdfast/core'

import { hear, type Hearing } from './heard.ts'

interface Listening {
  /** Watches that have not been stopped. */
  watches: number
  /** The routes that are known to be told of here. */
  readonly routes: Set<string>
  deafen(): void
}

/** What is listened to: events that pipelines share are heard once, until nobody watches any of those pipelines. */
export class Watched {
  readonly #hearing: Hearing
  readonly #ended: (route: string) => void
  readonly #listening = new Map<Events, Listening>()

  /** @param ended is told of a route whose calls are heard of no more */
  constructor(hearing: Hearing, ended: (route: string) => void) {
    this.#hearing = hearing
    this.#ended = ended
  }

  /** Begins to listen; the returned function stops. */
  add(events: Events, route: string | undefined): () => void {
    let listening = this.#listening.get(events)
    if (listening === undefined) {
      listening = { watches: 0, routes: new Set(), deafen: hear(events, this.#hearing) }
      this.#listening.set(events, listening)
    }
    listening.watches++
    if (route !== undefined) listening.routes.add(route)
    let stopped = false
    return () => {
      // Once: another watch may have begun since.
      if (!stopped && --listening.watches === 0) this.#deafen(events)
      stopped = true
    }
  }

  close(): void {
    for (const events of this.#listening.keys()) this.#deafen(events)
  }

  #deafen(events: Events): void {
    const listening = this.#listening.get(events)
    if (listening === undefined) return
    this.#listening.delete(events)
    listening.deafen()
    for (const route of listening.routes) this.#ended(route)
  }
}
