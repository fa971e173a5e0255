import type { Fault } from '../fault.ts'

/** What an error says about itself, gathered from all its layers, outermost first. */
export interface Evidence {
  /** The HTTP status that the SDK or the answer reports. */
  status?: number
  /** The status that the body claims: gateways send `{ code: 429 }` with HTTP 200 or 503. */
  envelope?: number
  /** Machine codes as sent: `insufficient_quota`, `ThrottlingException`, `ECONNRESET`. */
  readonly codes: string[]
  readonly types: string[]
  /** Names and constructor names. Weak: the OpenAI SDK says `Error` for everything. */
  readonly names: string[]
  readonly texts: string[]
  /** By lower-case name, and only those that decide something. */
  readonly headers: Record<string, string>
  /** Google's `retryDelay` and its like. */
  readonly delays: string[]
  requestId?: string
  /** The fault that an error of our own carries. */
  own?: Fault
}

type Visit = (value: unknown) => void
type Reader = (evidence: Evidence, value: unknown, visit: Visit, node: object) => void

const say =
  (list: 'codes' | 'types' | 'names' | 'delays'): Reader =>
  (evidence, value) => {
    if (typeof value === 'string' && value !== '') evidence[list].push(value)
  }

const readStatus: Reader = (evidence, value) => {
  if (typeof value === 'number') evidence.status ??= value
  else if (typeof value === 'string') evidence.types.push(value)
}

const readCode: Reader = (evidence, value, _visit, node) => {
  if (typeof value === 'string') {
    // Any copy of this package: a shape, not instanceof (T80).
    const fault = value.startsWith('HOLDFAST_') ? (node as { fault?: Fault }).fault : undefined
    if (typeof fault?.kind === 'string') evidence.own ??= fault
    // AWS writes `namespace#Name` and `Name:http://…`.
    const code = value.replace(/^.*#|:http.*$/g, '')
    if (code !== '') evidence.codes.push(code)
  }
  // A DOMException has 20, Azure the string "429", Mistral "1300": only a failing HTTP status counts.
  const status = Number(value)
  if (status >= 400 && status < 600) evidence.envelope ??= status
}

const readDelay: Reader = (evidence, value) => {
  if (typeof value === 'string' || typeof value === 'number') evidence.delays.push(String(value))
}

const readId: Reader = (evidence, value) => {
  if (typeof value === 'string') evidence.requestId ??= value
}

const DECISIVE_HEADERS = /retry|ratelimit|request-?id$|^date$|^x-amzn-errortype$/i

/** Headers of any make: `Headers`, `Map`, AxiosHeaders, pairs, plain objects in any case. */
const readHeaders: Reader = (evidence, headers) => {
  const take = (value: unknown, name: unknown): void => {
    if (typeof name !== 'string' || !DECISIVE_HEADERS.test(name)) return
    const first: unknown = Array.isArray(value) ? value[0] : value
    if (typeof first === 'string' || typeof first === 'number') {
      evidence.headers[name.toLowerCase()] ??= String(first).trim()
    }
  }
  if (Array.isArray(headers)) {
    for (const pair of headers as unknown[]) if (Array.isArray(pair)) take(pair[1], pair[0])
  } else if (typeof (headers as Headers).forEach === 'function') {
    ;(headers as Headers).forEach(take)
  } else if (typeof headers === 'object') {
    for (const name in headers) take((headers as Record<string, unknown>)[name], name)
  }
}

const dive: Reader = (_evidence, value, visit) => visit(value)

/** Where SDKs and wires keep what they know. In an error object they are looked up in this order. */
const READERS: ReadonlyMap<string, Reader> = new Map(
  (
    [
      ['status statusCode status_code httpStatusCode raw_status_code', readStatus],
      ['code errorCode error_code reason quotaId quota_limit error_type', readCode],
      ['limit_source blockReason finish_reason __type :exception-type', readCode],
      ['type', say('types')],
      ['name', say('names')],
      ['message detail msg', dive],
      ['requestID requestId request_id', readId],
      ['retryDelay retry_after', readDelay],
      ['headers responseHeaders', readHeaders],
      // `lastError` before `cause`: the last attempt of an AI_RetryError is the one that counts.
      ['lastError error data body responseBody response rawResponse $metadata details', dive],
      ['innererror inner_error metadata raw violations payload delta choices promptFeedback', dive],
      ['cause errors', dive],
    ] as const
  ).flatMap(([keys, reader]) => keys.split(' ').map((key) => [key, reader] as const)),
)

// Bounds, so that an enormous or hostile error costs little. The deepest SDK chain known has 3 causes.
const MAX_DEPTH = 10
const MAX_NODES = 64
const MAX_ITEMS = 8
const MAX_TEXT = 2_000
const MAX_JSON = 100_000

/** Reads any thrown value, HTTP answer or error frame; never throws. */
export function gather(subject: unknown): Evidence {
  const evidence: Evidence = {
    codes: [],
    types: [],
    names: [],
    texts: [],
    headers: {},
    delays: [],
  }
  const seen: object[] = []

  const visitText = (value: string, depth: number): void => {
    const start = value.search(/[[{"]/)
    // "429 {…}", "API error occurred: Status 503. Body: {…}", and bodies that were encoded twice.
    if (start >= 0 && start < 80 && value.length < MAX_JSON && /[\]}"]\s*$/.test(value)) {
      try {
        const inner: unknown = JSON.parse(value.slice(start))
        if (start > 0) evidence.texts.push(value.slice(0, start))
        return visit(inner, depth + 1)
      } catch {
        // Not JSON after all: it is text.
      }
    }
    if (value !== '') evidence.texts.push(value.slice(0, MAX_TEXT))
  }

  const visit = (value: unknown, depth: number): void => {
    if (value === null || depth > MAX_DEPTH) return
    if (typeof value === 'string') return visitText(value, depth)
    if (typeof value !== 'object' && typeof value !== 'function') return
    if (seen.length >= MAX_NODES || seen.includes(value)) return
    seen.push(value)
    // A trap or getter that throws loses one property, not the rest (T28).
    try {
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length && i < MAX_ITEMS; i++) visit(value[i], depth + 1)
      } else {
        visitObject(value as Readonly<Record<string, unknown>>, depth)
      }
    } catch {}
  }

  const visitObject = (node: Readonly<Record<string, unknown>>, depth: number): void => {
    const read = (reader: Reader | undefined, key: string): void => {
      if (reader === undefined) return
      try {
        const value = node[key]
        if (value === undefined || value === null) return
        reader(evidence, value, (inner) => visit(inner, depth + 1), node)
      } catch {}
    }
    const proto: unknown = Object.getPrototypeOf(node)
    if (proto === Object.prototype || proto === null) {
      for (const key in node) read(READERS.get(key), key)
      return
    }
    // Errors and responses keep what matters in getters and non-enumerable properties.
    READERS.forEach(read)
    const maker = (node['constructor'] as { name?: unknown } | undefined)?.name
    if (typeof maker === 'string') evidence.names.push(maker)
    // The AWS SDK keeps the exception's code in `name`.
    if (node['$metadata'] ?? node['$fault']) say('codes')(evidence, node['name'], visit, node)
  }

  visit(subject, 0)
  const { headers } = evidence
  const exception = headers['x-amzn-errortype']
  if (exception !== undefined) readCode(evidence, exception, () => {}, headers)
  const id = Object.keys(headers).find((name) => name.endsWith('id'))
  if (id !== undefined) evidence.requestId ??= headers[id]!
  return evidence
}
