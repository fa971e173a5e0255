import { carry, faultInAnswer, faultOf } from '@holdfast/core'
import type { AbortScope, Context, Dialect, Fault } from '@holdfast/core'
import { openStream, plain } from '@holdfast/core/stream'

import { hold, responseOf } from './answered.ts'
import type { Answered, Envelope } from './answered.ts'
import { bodyOf } from './body.ts'
import { lineFrame, ofChunks, sseFrame } from './chunk.ts'
import type { EventChunk } from './chunk.ts'
import { eventsOf, linesOf } from './chunks.ts'
import { HttpError } from './errors.ts'
import type { FetchRequest } from './request.ts'
import { parse } from './wire.ts'

/** What a response answers. */
export interface Asked {
  readonly ctx: Context<FetchRequest>
  /** The scope that it was sent in: aborted when nobody reads any more. */
  readonly scope: AbortScope
  /** Undefined for a request that asks no model: what it gets is judged by its status only. */
  readonly dialect: Dialect | undefined
  /** It asked for a stream. */
  readonly streaming: boolean
  readonly terminator: 'required' | 'optional'
}

/**
 * Makes of what `fetch` gave what policies can judge: a text that has come whole, a stream that has begun to say something,
 * or an error.
 *
 * @throws HttpError for an error status, and for a 200 that is no answer
 */
export async function receive(response: Response, asked: Asked): Promise<Response> {
  const { url, status, statusText, headers, body } = response
  const { dialect } = asked
  const envelope = { url, status, statusText, headers: new Headers(headers) }
  const kind = kindOf(response, asked)
  // As it is: of what an upgrade or an opaque redirect gives, no other can be made.
  if (body === null && status < 400 && dialect === undefined) {
    asked.scope.release()
    return response
  }
  if (body === null || status >= 400 || kind === 'text') {
    const bytes = new Uint8Array(await response.arrayBuffer())
    const answered = { ...envelope, bytes, body: new TextDecoder().decode(bytes) }
    if (isMisnamed(answered, asked))
      return begun(envelope, new Response(bytes).body!, 'events', asked)
    asked.scope.release()
    return judged(answered, asked)
  }
  return begun(envelope, body, kind, asked)
}

/** A stream by all but the name that it came under. */
const isMisnamed = ({ status, body }: Answered, { streaming, dialect }: Asked): boolean =>
  status < 400 && streaming && dialect?.stream !== undefined && /^(?:data|event|id)?:/.test(body)

type Kind = 'text' | 'events' | 'lines' | 'bytes'

/** By what it says it is; streams of unknown wires, media and files pass byte by byte. */
function kindOf({ headers }: Response, { dialect, streaming }: Asked): Kind {
  const type = (headers.get('content-type') ?? '').toLowerCase()
  const asStream = (kind: Kind): Kind => (dialect?.stream === undefined ? 'bytes' : kind)
  if (/event-stream/.test(type)) return asStream('events')
  if (/ndjson|jsonl|stream\+json/.test(type)) return asStream('lines')
  if (/json|html|xml/.test(type)) return 'text'
  const isText = /^text\/|^$/.test(type)
  // Gateways forget to say that it is a stream, or call it plain text, or anything.
  if (isText || /octet-stream/.test(type)) if (streaming) return asStream('events')
  return isText ? 'text' : 'bytes'
}

/** A whole answer, which must be one if a model was asked. */
function judged(answered: Answered, asked: Asked): Response {
  const { status, headers, body, bytes } = answered
  const { ctx, dialect } = asked
  const asIs = { envelope: answered, dialect, body: bytes, text: body, data: undefined }
  if (status < 400 && dialect === undefined) return hold(responseOf(answered, bytes), asIs)
  const data = parse(body)
  const options = { provider: ctx.provider, now: ctx.clock.wall() }
  const fault =
    faultInAnswer({ status, headers, body: data ?? body }, options) ?? misfit(data, asked)
  // A blocked prompt is an answer in the wire's own form: whether it will do is for a validator to say.
  const isBlocked = fault?.kind === 'content-filtered' && dialect?.isResponse(data) === true
  if (fault !== undefined && !(isBlocked && status < 400)) throw new HttpError(fault, answered)
  return hold(responseOf(answered, bytes), { ...asIs, data })
}

/** SDKs take a text for an answer, and find nothing in a whole answer where a stream should be, as if all were well. */
function misfit(data: unknown, { streaming }: Asked): Fault | undefined {
  // Gemini's stream is a list, unless it is asked for events.
  const lacks = data === undefined ? 'JSON' : streaming && !Array.isArray(data) && 'a stream'
  return lacks
    ? faultOf('invalid-output', `The answer is not ${lacks}`, { scope: 'provider' })
    : undefined
}

/** A stream that has begun to say something; it fails here as long as it has not. */
async function begun(
  envelope: Envelope,
  body: ReadableStream<Uint8Array>,
  kind: Kind,
  { ctx, scope, dialect, terminator }: Asked,
): Promise<Response> {
  // It was counted before it was parted into events.
  if (kind !== 'bytes') envelope.headers.delete('content-length')
  const source =
    kind === 'events'
      ? eventsOf(body, ctx.clock)
      : kind === 'lines'
        ? linesOf(body, ctx.clock)
        : body
  const protocol =
    kind === 'bytes' || dialect?.stream === undefined
      ? plain
      : ofChunks(dialect.stream, kind === 'lines' ? lineFrame : sseFrame)
  const stream = await openStream<EventChunk | Uint8Array>(source, {
    ctx,
    scope,
    protocol,
    terminator: protocol === plain ? 'optional' : terminator,
  })
  const response = responseOf(envelope, bodyOf(stream))
  hold(response, { envelope, dialect, body: undefined, text: undefined, data: undefined })
  return carry(response, stream)
}
