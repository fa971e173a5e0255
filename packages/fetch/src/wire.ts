import type { Dialect } from '@holdfast/core'
import { protocolOf } from '@holdfast/providers'

import type { FetchRequest } from './request.ts'

/** Which wire requests speak: read from URL and body, or the one that is given. */
export type Protocol = 'auto' | Dialect

const parsed = new WeakMap<FetchRequest, unknown>()

/** The parsed body of a request; undefined for one that is not JSON. */
export function jsonOf(request: FetchRequest): unknown {
  if (parsed.has(request)) return parsed.get(request)
  const { body } = request
  const text = typeof body === 'string' ? body : isJson(body) ? new TextDecoder().decode(body) : ''
  const data = parse(text)
  parsed.set(request, data)
  return data
}

/** Bytes that begin with a brace: a client that encodes its texts itself. */
const isJson = (body: unknown): body is Uint8Array => body instanceof Uint8Array && body[0] === 0x7b

/** The same request with another JSON body. */
export function withJson(request: FetchRequest, data: unknown): FetchRequest {
  const { 'content-length': _, ...headers } = request.headers
  const changed = { ...request, headers, body: JSON.stringify(data) }
  parsed.set(changed, data)
  return changed
}

/** A text as JSON; undefined for any other. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Looks like a question to a model by its body, and is answered in a wire of its own. */
const SPEECH = /\/audio\//

/** The wire of a request that asks a model something; undefined for all others (lists, files, uploads). */
export function wireOf(request: FetchRequest, protocol: Protocol): Dialect | undefined {
  if (request.method !== 'POST' || SPEECH.test(request.url)) return undefined
  const data = jsonOf(request)
  if (data === undefined) return undefined
  if (protocol === 'auto') return protocolOf(request.url, data)
  return protocol.isRequest(data) ? protocol : undefined
}

// Gemini, Vertex and Azure name the model in the path.
const MODEL = /(?<=\/(?:models|deployments)\/)[^/:?]+/

/** The model that a URL names. */
export const modelInPath = (url: string): string | undefined => {
  const found = MODEL.exec(url)?.[0]
  return found === undefined ? undefined : decodeURIComponent(found)
}

export const withModelInPath = (url: string, model: string): string =>
  url.replace(MODEL, () => encodeURIComponent(model))

/** Gemini and Vertex ask for a stream by the path. */
export const asksForStream = (url: string): boolean =>
  /:stream\w+$/i.test(url.replace(/[?#].*$/, ''))
