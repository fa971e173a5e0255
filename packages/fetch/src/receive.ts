import { carry, faultInAnswer, faultOf } from '@holdfast/core'
import type { AbortScope, Context, Dialect, Fault } from '@holdfast/core'
import { openStream } from '@holdfast/core/stream'

import { hold, responseOf } from './answered.ts'
import type { Answered, Envelope } from './answered.ts'
import { bodyOf } from './body.ts'
import { ofChunks } from './chunk.ts'
import type { EventChunk } from './chunk.ts'
import { chunksOf, LINES, SSE } from './chunks.ts'
import type { Form } from './chunks.ts'
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
  const { scope, dialect } = asked
  const isGood = status < 400
  // As it is: of what an upgrade or an opaque redirect gives, no other can be made.
  if (body === null && isGood && dialect === undefined) {
    scope.release()
    return response
  }
  const envelope = { url, status, statusText, headers: new Headers(headers) }
  const form = formOf(response, asked)
  if (body !== null && isGood && form !== TEXT) return begun(envelope, body, form, asked)

  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  // A stream by all but the name that it came under.
  const isEvents = isGood && asked.streaming && dialect?.stream && /^(?:data|event|id)?:/.test(text)
  if (isEvents) return begun(envelope, new Response(bytes).body!, SSE, asked)
  scope.release()
  return judged({ ...envelope, bytes, text }, asked)
}

const TEXT = 'text'

/** By what it says it is; streams of unknown wires, media and files have no form, and pass byte by byte. */
function formOf(
  { headers }: Response,
  { dialect, streaming }: Asked,
): Form | typeof TEXT | undefined {
  const type = (headers.get('content-type') ?? '').toLowerCase()
  const guarded = (form: Form): Form | undefined => dialect?.stream && form
  if (/event-stream/.test(type)) return guarded(SSE)
  if (/ndjson|jsonl|stream\+json/.test(type)) return guarded(LINES)
  if (/json|html|xml/.test(type)) return TEXT
  const isText = /^text\/|^$/.test(type)
  // Gateways forget to say that it is a stream, or call it plain text, or anything.
  if (streaming && (isText || /octet-stream/.test(type))) return guarded(SSE)
  return isText ? TEXT : undefined
}

/** A whole answer, which must be one if a model was asked. */
function judged(answered: Answered, asked: Asked): Response {
  const { status, headers, text, bytes } = answered
  const { ctx, dialect } = asked
  const isGood = status < 400
  const data = isGood && dialect === undefined ? undefined : parse(text)
  if (!isGood || dialect !== undefined) {
    const options = { provider: ctx.provider, now: ctx.clock.wall() }
    const fault =
      faultInAnswer({ status, headers, body: data ?? text }, options) ?? misfit(data, asked)
    // A blocked prompt is an answer in the wire's own form: whether it will do is for a validator to say.
    const isBlocked = isGood && fault?.kind === 'content-filtered' && dialect?.isResponse(data)
    if (fault !== undefined && !isBlocked) throw new HttpError(fault, answered)
  }
  return hold(responseOf(answered, bytes), { answered, dialect, data })
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
  answered: Envelope,
  body: ReadableStream<Uint8Array>,
  form: Form | undefined,
  { ctx, scope, dialect, terminator }: Asked,
): Promise<Response> {
  // It was counted before it was parted into events.
  if (form) answered.headers.delete('content-length')
  const stream = await openStream<EventChunk | Uint8Array>(
    form ? chunksOf(form, body, ctx.clock) : body,
    {
      ctx,
      scope,
      protocol: form && ofChunks(dialect!.stream!, form.frame),
      terminator: form ? terminator : 'optional',
    },
  )
  return carry(hold(responseOf(answered, bodyOf(stream)), { answered, dialect }), stream)
}
