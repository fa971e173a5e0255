import type { Seen, StreamProtocol } from '@holdfast/core'
import { faultOf } from '@holdfast/core'
import { StreamInterruptedError } from '@holdfast/core/stream'

/** One event of a stream: what goes on to the caller, and what it says. */
export interface EventChunk {
  /** As it goes out: the event and nothing but it, ended as the wire ends it. */
  readonly raw: string
  /** Its name, where it has one. */
  readonly event?: string | undefined
  /** The parsed JSON; undefined for `[DONE]`. */
  readonly data: unknown
  /** It was to be JSON and is none. */
  readonly malformed?: true
}

/** How a wire writes an event. */
export type Frame = (data: string, event?: string) => string

/**
 * A server-sent event, as plain as they come: clients that part a stream by hand find its data on one line right before the
 * end (JSON may go without its line breaks), and no `id`, over which one SDK stumbles and which none reads.
 */
export const sseFrame: Frame = (data, event) =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${data.replaceAll('\n', ' ')}\n\n`

/** A line of JSON. */
export const lineFrame: Frame = (data) => `${data}\n`

/** The word after the last event of OpenAI's wires. */
const MARK = '[DONE]'
const DONE = sseFrame(MARK)
export const isDone = ({ raw }: EventChunk): boolean => raw === DONE

/** An event, read: what is neither JSON nor the word that wires end with is malformed. */
export function chunkOf(frame: Frame, text: string, event?: string): EventChunk {
  // SDKs take whatever begins so for it.
  if (text.startsWith(MARK)) return { raw: frame(MARK), data: undefined }
  const raw = frame(text, event)
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
