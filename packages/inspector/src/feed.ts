import type { ServerResponse } from 'node:http'

import type { Messages } from './seen.ts'

/** A browser holds six connections to a host; more than this is no person who looks. */
const MAX_READERS = 32
/** What may wait for a reader that is too slow; one that is left behind comes back and begins anew. */
const MAX_WAITING_BYTES = 8_000_000

const frame = <K extends keyof Messages>(name: K, message: Messages[K]): string =>
  `event: ${name}\ndata: ${JSON.stringify(message)}\n\n`

/** Tells every page that is open the same, as server-sent events. */
export class Feed {
  readonly #readers = new Set<ServerResponse>()

  get isRead(): boolean {
    return this.#readers.size > 0
  }

  /** Begins with all that is known; false when there are too many readers. */
  open(response: ServerResponse, recording: Messages['recording']): boolean {
    if (this.#readers.size >= MAX_READERS) return false
    this.#readers.add(response)
    response.on('close', () => this.#readers.delete(response))
    response.write(`retry: 1000\n\n${frame('recording', recording)}`)
    return true
  }

  send<K extends keyof Messages>(name: K, message: Messages[K]): void {
    if (!this.isRead) return
    const text = frame(name, message)
    for (const response of this.#readers)
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
      else response.write(text)
  }

  close(): void {
    for (const response of this.#readers) response.end()
  }
}
