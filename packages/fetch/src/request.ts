import { BodyConsumedError } from './errors.ts'

/** How one request of a host is sent, beside what policies may read and rewrite. */
export interface Way {
  /** What else the host said: redirects, credentials, an agent. */
  readonly init: RequestInit
  /** Sends it in place of the fetch of the pipeline: the rest of a chain of middleware. */
  readonly send: Send | undefined
  /** A body that cannot be sent again has gone out. */
  spent: boolean
}

/** The least that is asked of a `fetch`. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

/** By the token that requests carry: a cache that looks at all their fields is to see one and the same in each. */
const ways = new WeakMap<object, Way>()

/** An HTTP request as policies see it: plain data, so that it can be compared, rewritten and sent again. */
export interface FetchRequest {
  readonly url: string
  /** In capitals. */
  readonly method: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** A stream goes out once; all else can be sent again. */
  readonly body: BodyInit | Uint8Array | undefined
  /** The body can be sent once only: no policy need try again. */
  readonly bodyUsed?: true
  /** How it is sent, beside what policies may read and rewrite: an empty object, which copies keep. */
  readonly way?: object
}

type Input = string | URL | Request

/** What a `Request` says of its way. Some runtimes know nothing of one, or refuse to be told even its default. */
const SETTINGS = ['cache', 'credentials', 'keepalive', 'mode', 'redirect'] as const

/**
 * What a caller of `fetch` means, as plain data; bodies are read once, here.
 *
 * @throws BodyConsumedError for a `Request` whose body was read before
 */
export async function requestOf(
  input: Input,
  init: RequestInit = {},
  send?: Send,
): Promise<FetchRequest> {
  // A shape, not instanceof: runtimes have several classes of that name.
  const given = typeof input === 'object' && 'headers' in input ? input : undefined
  const headers = new Headers(init.headers ?? given?.headers)
  const { body, method, signal: _, headers: _h, ...rest } = init
  const way = {}
  ways.set(way, { init: { ...(given && saidBy(given)), ...rest }, send, spent: false })
  const read = body == null ? given && readBody(given) : replayable(body, headers)
  // A text, as from every SDK, waits for nothing.
  const sent = read instanceof Promise ? await read : read
  return {
    url: given?.url ?? (typeof input === 'string' ? input : (input as URL).href),
    method: (method ?? given?.method ?? 'GET').toUpperCase(),
    headers: Object.fromEntries(headers),
    body: sent,
    ...(goesOnce(sent) && { bodyUsed: true }),
    way,
  }
}

const saidBy = (request: Request): RequestInit =>
  Object.fromEntries(
    SETTINGS.map((name) => [name, request[name]]).filter(([, value]) => value),
  ) as RequestInit

/** Texts, bytes, files and forms are there again each time; all else is read as it goes. */
const goesOnce = (body: unknown): boolean =>
  body !== undefined &&
  typeof body !== 'string' &&
  ![Uint8Array, Blob, FormData].some((kind) => body instanceof kind)

/** A `Request` keeps its body as a stream. Texts are small and worth another try; an upload goes through as it is. */
async function readBody(request: Request): Promise<BodyInit | Uint8Array | undefined> {
  if (request.bodyUsed) throw new BodyConsumedError(request.url)
  if (/^(?:GET|HEAD)$/.test(request.method)) return undefined
  const isText = /json|^text\/|urlencoded|^$/.test(request.headers.get('content-type') ?? '')
  // Browsers that do not show the stream give `undefined`.
  if (!isText && request.body !== undefined) return request.body ?? undefined
  const bytes = await bytesOf(request)
  return bytes.length > 0 ? bytes : undefined
}

/** Not `text()`, which loses a byte order mark, and what is not UTF-8. */
const bytesOf = async (from: Request | Blob): Promise<Uint8Array> =>
  new Uint8Array(await from.arrayBuffer())

function replayable(body: BodyInit, headers: Headers): BodyInit | Uint8Array | Promise<Uint8Array> {
  const typed = (type: string): void => {
    if (!headers.has('content-type')) headers.set('content-type', type)
  }
  if (body instanceof URLSearchParams) {
    typed('application/x-www-form-urlencoded;charset=UTF-8')
    return body.toString()
  }
  if (body instanceof Blob && body.type.includes('json')) {
    typed(body.type)
    return bytesOf(body)
  }
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  return body
}

/**
 * Sends it.
 *
 * @throws BodyConsumedError when its body has gone out before and cannot go out again
 */
export function sendOf(request: FetchRequest, send: Send, signal: AbortSignal): Promise<Response> {
  const { url, method, headers, body, bodyUsed } = request
  const way = request.way && ways.get(request.way)
  if (bodyUsed && way) {
    if (way.spent) throw new BodyConsumedError(url)
    way.spent = true
  }
  // Without `duplex`, Node refuses a body that is a stream.
  const init = { ...(bodyUsed && { duplex: 'half' }), ...way?.init, method, signal }
  return (way?.send ?? send)(url, {
    ...init,
    headers: { ...headers },
    ...(body !== undefined && { body }),
  } as RequestInit)
}
