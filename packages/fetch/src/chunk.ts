import type { Seen, StreamProtocol } from '@holdfast/core'
import { faultOf } from '@holdfast/core'
import { StreamInterruptedError } from '@holdfast/core/stream'

/** One event of a stream: what goes on to the caller, and what it says. */
export interface EventChunk {
  /** As it goes out: the event and nothing but it, ended as the wire ends it. */
  readonly raw: string
  /** Its name, where it has one. */
  readonly event?: string | undefined
  /** The parsed JSON; undefined for `[DONE]` and for an event without data. */
  readonly data: unknown
  /** It was to be JSON and is none. */
  readonly malformed?: true
}

/** How a wire writes an event. */
export type Frame = (data: string, event?: string, id?: string) => string

/** A server-sent event. */
export const sseFrame: Frame = (data, event, id) =>
  `${line('event', event)}${line('id', id)}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`

const line = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `${name}: ${value}\n`

/** A line of JSON. */
export const lineFrame: Frame = (data) => `${data}\n`

/** An event, read: what is neither JSON nor one of the words that wires end with is malformed. */
export function chunkOf(frame: Frame, text: string, event?: string, id?: string): EventChunk {
  const raw = frame(text, event, id)
  if (text === '' || text === '[DONE]') return { raw, event, data: undefined }
  try {
    return { raw, event, data: JSON.parse(text) as unknown }
  } catch {
    return { raw, event, data: undefined, malformed: true }
  }
}

/** A wire's own protocol, for its events as they travel. */
export const ofChunks = (
  protocol: StreamProtocol,
  frame: Frame = sseFrame,
): StreamProtocol<EventChunk> => ({
  name: protocol.name,
  read(chunk, seen) {
    const { data, event, malformed } = chunk
    if (malformed) seen.error = malformedIn(seen)
    if (data === undefined) return
    protocol.read(data, seen)
    // Gateways name the event and put anything into it.
    if (event === 'error') seen.error ??= data
  },
  withoutText(chunk, chars) {
    const data = protocol.withoutText?.(chunk.data, chars) ?? chunk.data
    return { ...chunk, data, raw: frame(JSON.stringify(data), chunk.event) }
  },
})

/** Some SDKs drop what they cannot parse and go on: an answer with a hole in it. */
const malformedIn = (seen: Seen): StreamInterruptedError =>
  new StreamInterruptedError(faultOf('incomplete', 'An event of the stream is not JSON'), seen)
