import { createParser } from 'eventsource-parser'

import { chunkOf, lineFrame, sseFrame } from './chunk.ts'
import type { EventChunk, Frame } from './chunk.ts'

/** Tells events apart in a text that comes in pieces. */
type Splitter = (found: (data: string, event?: string, id?: string) => void) => {
  feed(text: string): void
}

const sse: Splitter = (found) =>
  createParser({ onEvent: ({ data, event, id }) => found(data, event, id) })

const lines: Splitter = (found) => {
  let rest = ''
  return {
    feed(text) {
      const parts = (rest + text).split('\n')
      rest = parts.pop() as string
      for (const part of parts) if (part.trim() !== '') found(part.trim())
    },
  }
}

/** Server-sent events. */
export const eventsOf = (body: ReadableStream<Uint8Array>): AsyncIterable<EventChunk> =>
  chunksOf(body, sse, sseFrame)

/** Lines of JSON, as Ollama sends them. */
export const linesOf = (body: ReadableStream<Uint8Array>): AsyncIterable<EventChunk> =>
  chunksOf(body, lines, lineFrame)

/**
 * The events of a body, one by one as they are asked for.
 *
 * Not a generator: `return()` of one that waits for its upstream is only heard when that answers.
 */
function chunksOf(
  body: ReadableStream<Uint8Array>,
  splitter: Splitter,
  frame: Frame,
): AsyncIterable<EventChunk> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const found: EventChunk[] = []
  let ended = false
  const parts = splitter((data, event, id) => {
    const chunk = chunkOf(frame, data, event, id)
    // The last event often lacks its blank line; half of one is what a cut leaves, and no event at all.
    if (!(ended && chunk.malformed)) found.push(chunk)
  })

  async function next(): Promise<IteratorResult<EventChunk, undefined>> {
    while (found.length === 0) {
      if (ended) return { done: true, value: undefined }
      const { done, value } = await reader.read()
      ended = done
      parts.feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }))
    }
    const value = found.shift() as EventChunk
    // Nothing follows it, and clients that know that stop reading here: what they leave is a complete answer.
    ended ||= isDone(value)
    return { done: false, value }
  }
  const close = (): Promise<IteratorResult<EventChunk, undefined>> =>
    reader.cancel().then(() => ({ done: true, value: undefined }))

  return { [Symbol.asyncIterator]: () => ({ next, return: close }) }
}

/** The mark after the last event of OpenAI's wires. */
export const isDone = ({ raw }: EventChunk): boolean => raw === DONE
const DONE = sseFrame('[DONE]')
