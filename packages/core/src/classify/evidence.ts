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

/** Where SDKs and wires keep what they know, by the name of the field. */
type Role =
  | 'status'
  | 'code'
  | 'type'
  | 'status or type'
  | 'headers'
  | 'id'
  | 'inner'
  | 'delay'
  | 'name'
const FIELDS: Readonly<Record<Role, string>> = {
  status: 'statusCode status_code httpStatusCode',
  code: 'code errorCode error_code reason blockReason finish_reason error_type limit_source quotaId __type :exception-type',
  type: 'type',
  'status or type': 'status',
  headers: 'headers responseHeaders',
  id: 'requestID requestId request_id',
  inner:
    'message detail msg lastError error innererror inner_error errors data body responseBody response rawResponse ' +
    '$metadata metadata details raw violations payload delta choices promptFeedback cause',
  delay: 'retryDelay',
  name: 'name',
}
const ROLES: ReadonlyMap<string, Role> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(FIELDS).flatMap(([role, fields]) =>
    fields.split(' ').map((field) => [field, role as Role] as const),
  ),
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
  const keys = keysOf(value)
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) visit(item, evidence, seen, depth + 1)
    return
  }
  // A trap or getter that throws costs one property, not the rest (T28).
  for (const key of keys) {
    const role = ROLES.get(key)
    if (role === undefined) continue
    try {
      const inner = (value as Node)[key]
      if (inner === undefined || inner === null) continue
      if (role === 'inner') visit(inner, evidence, seen, depth + 1)
      else readFact(role, inner, value as Node, evidence)
    } catch {}
  }
}

function keysOf(node: object): readonly string[] {
  try {
    const own = Object.keys(node)
    if (Object.getPrototypeOf(node) === Object.prototype) return own
    const shallow = own.filter((key) => !HIDDEN.includes(key) && !DEEPER.includes(key))
    // Of an AI_RetryError only its `lastError` counts.
    return 'lastError' in node ? [...HIDDEN, ...shallow] : [...HIDDEN, ...shallow, ...DEEPER]
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
      visit(inner, evidence, seen, depth + 1)
      // The sentence first: what stands before it is often no more than the status.
      if (start > 0) evidence.texts.push(text.slice(0, start))
      return
    } catch {
      // Not JSON after all: it is text.
    }
  }
  // SDKs repeat the provider's sentence in a message of their own, and each one is read by many patterns.
  if (evidence.texts.some((known) => known.includes(text))) return
  if (text !== '') evidence.texts.push(text.slice(0, MAX_TEXT))
}

function readFact(role: Role, value: unknown, node: Node, evidence: Evidence): void {
  const { types, names, codes, headers, delays } = evidence
  if (role === 'headers') readHeaders(value, headers)
  else if (role === 'code') readCode(value, node, evidence)
  else if (typeof value === 'number') {
    if (role.startsWith('status')) evidence.status ??= value
  } else if (typeof value !== 'string') return
  else if (role.endsWith('type')) add(types, value)
  else if (role === 'delay') delays.push(value)
  else if (role === 'id') evidence.requestId ??= value
  else if (role === 'name') {
    // The AWS SDK keeps the exception's code in `name`.
    if (node['$fault']) codes.push(value)
    // Minified or not, the OpenAI SDK says who it is nowhere else.
    else readName(value, names)
    readName((node['constructor'] as Node | undefined)?.['name'], names)
  }
}

/** Layers repeat each other. */
const add = (list: string[], word: string): void => {
  if (!list.includes(word)) list.push(word)
}

/** `Error` is nobody's name. */
const readName = (name: unknown, names: string[]): void => {
  if (typeof name === 'string' && name !== 'Error') add(names, name)
}

function readCode(value: unknown, node: Node, evidence: Evidence): void {
  if (typeof value === 'string' && value !== '') {
    // Any copy of this package: a shape, not instanceof (T80).
    const fault = value.startsWith('HOLDFAST_') ? (node['fault'] as Fault | undefined) : undefined
    if (typeof fault?.kind === 'string') evidence.own ??= fault
    // AWS writes `namespace#Name` and `Name:http://…`.
    add(evidence.codes, value.replace(/^.*#|:http.*$/g, ''))
  }
  // A DOMException has 20, Azure the string "429", Mistral "1300": only a failing HTTP status counts.
  const status = Number(value)
  if (status >= 400 && status < 600) evidence.envelope ??= status
}
