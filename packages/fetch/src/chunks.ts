import type { Clock } from '@holdfast/core'
import { createParser } from 'eventsource-parser'

import { chunkOf, isDone, lineFrame, sseFrame } from './chunk.ts'
import type { EventChunk, Frame } from './chunk.ts'

/** How a wire parts a text, which comes in pieces, into events, and how it writes one. */
export interface Form {
  readonly part: (found: (data: string, event?: string) => void) => { feed(text: string): void }
  readonly frame: Frame
}

/** Server-sent events. */
export const SSE: Form = {
  part: (found) => createParser({ onEvent: ({ data, event }) => found(data.trim(), event) }),
  frame: sseFrame,
}

/** Lines of JSON, as Ollama sends them. */
export const LINES: Form = {
  part(found) {
    let rest = ''
    return {
      feed(text) {
        const [first = '', ...others] = text.split('\n')
        rest += first
        for (const next of others) {
          found(rest.trim())
          rest = next
        }
      },
    }
  },
  frame: lineFrame,
}

/** How long a body may take to end after the mark of its last event, in milliseconds. */
const END_MS = 1_000

/**
 * The events of a body, one by one as they are asked for.
 *
 * Not a generator: `return()` of one that waits for its upstream is only heard when that answers.
 */
export function chunksOf(
  { part, frame }: Form,
  body: ReadableStream<Uint8Array>,
  clock: Clock,
): AsyncIterable<EventChunk> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const found: EventChunk[] = []
  let ended = false
  /** All that came, until it was an event. */
  let whole: string | undefined = ''
  const parts = part((data, event) => {
    whole = undefined
    // A sign of life. SDKs try to read it, and fail.
    if (data === '') return
    const chunk = chunkOf(frame, data, event)
    // The last event often lacks its blank line; half of one is what a cut leaves, and no event at all.
    if (!ended || chunk.malformed !== true) found.push(chunk)
  })

  /** A gateway that calls everything a stream: what is JSON and no event says what went wrong. */
  function confess(text = ''): void {
    const chunk = chunkOf(frame, text, 'error')
    if (chunk.malformed !== true) found.push(chunk)
  }

  async function next(): Promise<IteratorResult<EventChunk, undefined>> {
    while (found.length === 0) {
      if (ended) return { done: true, value: undefined }
      const { done, value } = await reader.read()
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true })
      if (whole !== undefined) whole += text
      ended = done
      parts.feed(done ? `${text}\n\n` : text)
      if (done) confess(whole)
    }
    const value = found.shift() as EventChunk
    // Nothing follows it, and clients that know that stop reading here: what they leave is a complete answer.
    ended ||= isDone(value)
    return { done: false, value }
  }
  const cancel = (): void => void reader.cancel().catch(() => {})
  async function close(): Promise<IteratorResult<EventChunk, undefined>> {
    if (!ended) cancel()
    else {
      // The end of the body comes with the mark or right after it: the connection then serves the next request.
      const stop = clock.after(END_MS, cancel)
      try {
        if (!(await reader.read()).done) cancel()
      } finally {
        stop()
      }
    }
    return { done: true, value: undefined }
  }

  return { [Symbol.asyncIterator]: () => ({ next, return: close }) }
}
