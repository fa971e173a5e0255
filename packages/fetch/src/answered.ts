import type { Dialect } from '@holdfast/core'

/** An HTTP answer without its body. */
export interface Envelope {
  readonly url: string
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
}

/** An HTTP answer whose body has been read. */
export interface Answered extends Envelope {
  /** As it came: not every text is UTF-8, and what asks no model is nobody's to change. */
  readonly bytes: BodyInit
  /** The same, read. */
  readonly text: string
}

/** These have no body, and a `Response` refuses one. */
const BODILESS = new Set([204, 205, 304])

/** A `Response` like the one that came, with a body that can still be read. */
export const responseOf = (
  { url, status, statusText, headers }: Envelope,
  body: BodyInit,
): Response =>
  from(url, new Response(BODILESS.has(status) ? null : body, { status, statusText, headers }))

/** A made response has no URL, and some clients log it or resolve links by it. */
const from = (url: string, response: Response): Response =>
  Object.defineProperties(response, {
    url: { value: url, configurable: true },
    clone: {
      value: () => from(url, Response.prototype.clone.call(response)),
      configurable: true,
    },
  })

/** What is known of a response that policies have seen. */
export interface Held {
  /** Without a body for a stream. */
  readonly answered: Envelope & Partial<Answered>
  readonly dialect: Dialect | undefined
  /** The parsed text; undefined for a stream, for what is no JSON, and for what no model said. */
  readonly data?: unknown
}

const held = new WeakMap<Response, Held>()

/** Remembers what was read of a response: its own body can be read once, and belongs to the caller. */
export const hold = (response: Response, what: Held): Response => {
  held.set(response, what)
  return response
}

export const heldOf = (response: unknown): Held | undefined => held.get(response as Response)

/** The response for the caller: read by a policy or not, its body can be read. */
export const unread = (response: Response): Response => {
  const { answered } = held.get(response) ?? {}
  return response.bodyUsed && answered?.bytes !== undefined
    ? responseOf(answered, answered.bytes)
    : response
}
