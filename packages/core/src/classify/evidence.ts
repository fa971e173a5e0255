import type { Fault } from '../fault.ts'
import { readHeaders } from './headers.ts'

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
  /** Google's `retryDelay`. */
  readonly delays: string[]
  requestId?: string | undefined
  /** The fault that an error of our own carries. */
  own?: Fault
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

// Where SDKs and wires keep what they know.
const STATUS = /* @__PURE__ */ words('status statusCode status_code httpStatusCode')
const CODE = /* @__PURE__ */ words(
  'code errorCode error_code reason blockReason finish_reason error_type limit_source quotaId __type :exception-type',
)
const TYPE = /* @__PURE__ */ words('type status')
const HEADERS = /* @__PURE__ */ words('headers responseHeaders')
const REQUEST_ID = /* @__PURE__ */ words('requestID requestId request_id')
const INNER = /* @__PURE__ */ words(
  'message detail msg lastError error innererror inner_error errors data body responseBody response rawResponse ' +
    '$metadata metadata details raw violations payload delta choices promptFeedback cause',
)

// Errors and responses keep these in getters or non-enumerable properties.
const HIDDEN = ['name', 'message', 'code', 'status', 'headers', 'body']
// Neither enumerable nor first: what lies deeper counts less.
const DEEPER = ['cause', 'errors']

// Bounds, so that an enormous or hostile error costs little. The deepest SDK chain known has 3 causes.
const MAX_DEPTH = 10
const MAX_NODES = 64
const MAX_ITEMS = 8
const MAX_TEXT = 2_000
const MAX_JSON = 100_000

/** Reads any thrown value, HTTP answer or error frame; never throws. */
export function gather(subject: unknown): Evidence {
  const evidence: Evidence = { codes: [], types: [], names: [], texts: [], headers: {}, delays: [] }
  try {
    visit(subject, evidence, [], 0)
  } catch {
    // A revoked proxy: even asking whether it is an array throws.
  }
  const { headers } = evidence
  for (const name in headers) if (name.endsWith('id')) evidence.requestId ??= headers[name]
  const exception = headers['x-amzn-errortype']
  if (exception) readCode(exception, headers, evidence)
  return evidence
}

type Node = Readonly<Record<string, unknown>>

function visit(value: unknown, evidence: Evidence, seen: unknown[], depth: number): void {
  if (depth > MAX_DEPTH || seen.length > MAX_NODES || seen.includes(value)) return
  if (typeof value === 'string') return visitText(value, evidence, seen, depth)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  seen.push(value)
  const dive = (inner: unknown): void => visit(inner, evidence, seen, depth + 1)
  const keys = keysOf(value)
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).forEach(dive)
  // A trap or getter that throws costs one property, not the rest (T28).
  for (const key of keys) {
    try {
      const inner = (value as Node)[key]
      if (inner === undefined || inner === null) continue
      if (INNER.has(key)) dive(inner)
      else readFact(key, inner, value as Node, evidence)
    } catch {}
  }
}

function keysOf(node: object): Iterable<string> {
  try {
    const own = Object.keys(node)
    if (Object.getPrototypeOf(node) === Object.prototype) return own
    // Of an AI_RetryError only its `lastError` counts.
    const shallow = own.filter((key) => !DEEPER.includes(key))
    return new Set([...HIDDEN, ...shallow, ...('lastError' in node ? [] : DEEPER)])
  } catch {
    return [...HIDDEN, ...DEEPER]
  }
}

const CLOSED = /[\]}"]$/

function visitText(text: string, evidence: Evidence, seen: unknown[], depth: number): void {
  const start = text.search(/[[{"]/)
  // "429 {…}", "API error occurred: Status 503. Body: {…}", and bodies that were encoded twice.
  if (start >= 0 && start < 80 && text.length < MAX_JSON && CLOSED.test(text.trimEnd())) {
    try {
      const inner: unknown = JSON.parse(text.slice(start))
      if (start > 0) evidence.texts.push(text.slice(0, start))
      return visit(inner, evidence, seen, depth + 1)
    } catch {
      // Not JSON after all: it is text.
    }
  }
  if (text !== '') evidence.texts.push(text.slice(0, MAX_TEXT))
}

function readFact(key: string, value: unknown, node: Node, evidence: Evidence): void {
  const { types, names, codes, headers, delays } = evidence
  if (HEADERS.has(key)) readHeaders(value, headers)
  else if (STATUS.has(key) && typeof value === 'number') evidence.status ??= value
  else if (CODE.has(key)) readCode(value, node, evidence)
  else if (typeof value !== 'string') return
  else if (TYPE.has(key)) types.push(value)
  else if (key === 'retryDelay') delays.push(value)
  else if (REQUEST_ID.has(key)) evidence.requestId ??= value
  else if (key === 'name') {
    // The AWS SDK keeps the exception's code in `name`.
    ;(node['$fault'] ? codes : names).push(value)
    // Minified or not, the OpenAI SDK says who it is nowhere else.
    const maker: unknown = (node['constructor'] as Node | undefined)?.['name']
    if (typeof maker === 'string') names.push(maker)
  }
}

function readCode(value: unknown, node: Node, evidence: Evidence): void {
  if (typeof value === 'string' && value !== '') {
    // Any copy of this package: a shape, not instanceof (T80).
    const fault = value.startsWith('HOLDFAST_') ? (node['fault'] as Fault | undefined) : undefined
    if (typeof fault?.kind === 'string') evidence.own ??= fault
    // AWS writes `namespace#Name` and `Name:http://…`.
    evidence.codes.push(value.replace(/^.*#|:http.*$/g, ''))
  }
  // A DOMException has 20, Azure the string "429", Mistral "1300": only a failing HTTP status counts.
  const status = Number(value)
  if (status >= 400 && status < 600) evidence.envelope ??= status
}
