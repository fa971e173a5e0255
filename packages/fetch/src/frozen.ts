import { liveOf } from '@holdfast/core'
import type { AnswerStream } from '@holdfast/core'
import { auto } from '@holdfast/providers'

import { heldOf, hold, responseOf } from './answered.ts'
import type { EventChunk } from './chunk.ts'
import { parse } from './wire.ts'
import type { Protocol } from './wire.ts'

/** A response as plain data, for a store. */
export interface FrozenResponse {
  readonly url: string
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  /** The text, or the events of a stream as they went out. */
  readonly body: string | readonly string[]
}

/**
 * A response as plain data; undefined for one that policies cannot read.
 *
 * Of a stream it must be taken before the stream is read: the events are added as they pass, and all are there when
 * `settled(response)` has resolved.
 */
export function freeze(response: Response): FrozenResponse | undefined {
  const held = heldOf(response)
  if (held === undefined) return undefined
  const { answered, dialect } = held
  const live = liveOf(response) as AnswerStream<EventChunk | Uint8Array> | undefined
  // What passes byte by byte has no wire, and may be large.
  const body = answered.text ?? (dialect?.stream && live && recorded(live))
  if (body === undefined) return undefined
  return {
    url: answered.url,
    status: answered.status,
    // Whoever gets it later is not who it was set for.
    headers: [...answered.headers].filter(([name]) => name !== 'set-cookie'),
    body,
  }
}

function recorded(live: AnswerStream<EventChunk | Uint8Array>): readonly string[] {
  const events: string[] = []
  live.tap({
    chunk: (chunk) => {
      if (!(chunk instanceof Uint8Array)) events.push(chunk.raw)
    },
    // What broke and began anew is kept as it was the second time.
    seam: ({ kind }) => void (kind === 'reset' && events.splice(0)),
  })
  return events
}

/** The response again, whole; the events of a stream are all there at once. */
export function thaw(frozen: unknown, protocol: Protocol): Response {
  const { url, status, headers, body } = frozen as FrozenResponse
  const text = typeof body === 'string' ? body : body.join('')
  const answered = {
    url,
    status,
    statusText: '',
    headers: new Headers(headers as [string, string][]),
    bytes: text,
    text,
  }
  return hold(responseOf(answered, text), {
    answered,
    // By its shape, for the request is not known here.
    dialect: protocol === 'auto' ? auto : protocol,
    data: typeof body === 'string' ? parse(body) : undefined,
  })
}
