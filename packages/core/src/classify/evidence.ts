import type { Fault } from '../fault.ts'

/** What an error says about itself, gathered from every layer of it, outermost first. */
export interface Evidence {
  /** The HTTP status that the SDK or the answer reports. */
  status: number | undefined
  /** The status that the body claims: gateways send `{ code: 429 }` with HTTP 200 or 503. */
  envelope: number | undefined
  /** Machine codes, as sent: `insufficient_quota`, `ThrottlingException`, `ECONNRESET`. */
  readonly codes: string[]
  readonly types: string[]
  /** Names and constructor names of error objects. Weak: the OpenAI SDK says `Error` for everything. */
  readonly names: string[]
  readonly texts: string[]
  /** Only the headers that decide something, by lower-case name. */
  readonly headers: Record<string, string>
  /** Google's `retryDelay` and its like. */
  readonly delays: string[]
  requestId: string | undefined
  /** A fault that one of our own errors carries. */
  own: Fault | undefined
}

type Role = 'status' | 'code' | 'type' | 'text' | 'name' | 'id' | 'delay' | 'headers' | 'nest'

const KEYS: Readonly<Record<Role, string>> = {
  status: 'status statusCode status_code httpStatusCode raw_status_code',
  code:
    'code errorCode error_code reason quotaId quota_limit error_type limit_source blockReason ' +
    '__type :exception-type',
  type: 'type',
  text: 'message detail msg',
  name: 'name',
  id: 'requestID requestId request_id',
  delay: 'retryDelay retry_after',
  headers: 'headers responseHeaders',
  // `lastError` stands before `cause`: of AI_RetryError only the last attempt counts.
  nest:
    'lastError error data body responseBody response rawResponse $metadata details innererror ' +
    'inner_error metadata raw violations payload delta promptFeedback cause errors',
}

const ROLES: ReadonlyMap<string, Role> = new Map(
  (Object.keys(KEYS) as Role[]).flatMap((role) => KEYS[role].split(' ').map((key) => [key, role])),
)

const HEADERS = /retry|ratelimit|request-?id$|^(?:date|x-amzn-errortype)$/i

// Bounds, so that a hostile or enormous error costs little. The deepest SDK error seen has 3 causes.
const MAX_DEPTH = 10
const MAX_NODES = 64
const MAX_ITEMS = 8
const MAX_TEXT = 2_000
const MAX_JSON = 100_000

/** Reads any thrown value, HTTP answer or error frame; never throws. */
export function gather(subject: unknown): Evidence {
  const evidence: Evidence = {
    status: undefined,
    envelope: undefined,
    codes: [],
    types: [],
    names: [],
    texts: [],
    headers: {},
    delays: [],
    requestId: undefined,
    own: undefined,
  }
  const seen: object[] = []

  const visit = (value: unknown, depth: number): void => {
    if (typeof value === 'string') return visitText(value, depth)
    if (typeof value !== 'object' && typeof value !== 'function') return
    if (value === null || depth > MAX_DEPTH || seen.length >= MAX_NODES || seen.includes(value)) return
    seen.push(value)
    try {
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length && i < MAX_ITEMS; i++) visit(value[i], depth + 1)
      } else {
        visitObject(value as Readonly<Record<string, unknown>>, depth)
      }
    } catch {
      // A throwing trap or getter (T28): what was read so far still counts.
    }
  }

  const visitText = (value: string, depth: number): void => {
    const start = depth > MAX_DEPTH ? -1 : value.search(/[[{"]/)
    // "429 {…}", "API error occurred: Status 503. Body: {…}", and bodies that were encoded twice.
    if (start >= 0 && start < 80 && value.length < MAX_JSON && /[\]}"]\s*$/.test(value)) {
      try {
        const inner: unknown = JSON.parse(value.slice(start))
        if (start > 0) evidence.texts.push(value.slice(0, start))
        return visit(inner, depth + 1)
      } catch {
        // Not JSON after all: read it as text.
      }
    }
    if (value !== '') evidence.texts.push(value.slice(0, MAX_TEXT))
  }

  const visitObject = (node: Readonly<Record<string, unknown>>, depth: number): void => {
    const proto: unknown = Object.getPrototypeOf(node)
    if (proto === Object.prototype || proto === null) {
      for (const key in node) visitKey(node, key, depth)
      return
    }
    // Errors and responses keep what matters in getters and non-enumerable properties.
    if (typeof node['code'] === 'string' && node['code'].startsWith('HOLDFAST_')) {
      const fault = node['fault'] as Fault | undefined
      if (typeof fault === 'object' && typeof fault?.kind === 'string') evidence.own ??= fault
    }
    for (const key of ROLES.keys()) visitKey(node, key, depth)
    const made = (node['constructor'] as { name?: unknown } | undefined)?.name
    if (typeof made === 'string') evidence.names.push(made)
    // AWS SDKs put the exception's code into `name`.
    if (node['$metadata'] ?? node['$fault']) evidence.codes.unshift(String(node['name']))
  }

  const visitKey = (node: Readonly<Record<string, unknown>>, key: string, depth: number): void => {
    const role = ROLES.get(key)
    if (role === undefined) return
    let value: unknown
    try {
      value = node[key]
    } catch {
      return
    }
    if (value === undefined || value === null) return
    READ[role](evidence, value, (inner) => visit(inner, depth + 1))
  }

  visit(subject, 0)
  return evidence
}
