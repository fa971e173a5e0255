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
  requestId?: string
  /** The fault that an error of our own carries. */
  own?: Fault
}

// Where SDKs and wires keep what they know.
const STATUS = /^(?:status|(?:http)?status_?code)$/i
const CODE =
  /^(?:(?:error_?)?code|reason|blockReason|finish_reason|error_type|limit_source|quotaId|__type|:exception-type)$/i
const INNER =
  /^(?:message|detail|msg|(?:last|inner_?)?error|errors|data|(?:response)?body|(?:raw)?response|\$metadata|metadata|details|raw|violations|payload|delta|choices|promptFeedback|cause)$/i

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
  visit(subject, evidence, [], 0)
  const { headers } = evidence
  evidence.requestId ??= Object.entries(headers).find(([name]) => name.endsWith('id'))?.[1]
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
  // A trap or getter that throws costs one property, not the rest (T28).
  for (const key of keysOf(value)) {
    try {
      const inner = (value as Node)[key]
      if (inner === undefined || inner === null) continue
      if (INNER.test(key)) visit(inner, evidence, seen, depth + 1)
      else readFact(key, inner, value as Node, evidence)
    } catch {}
  }
}

function keysOf(node: object): Iterable<string> {
  try {
    const own = Object.keys(node)
    if (Array.isArray(node)) return own.slice(0, MAX_ITEMS)
    if (Object.getPrototypeOf(node) === Object.prototype) return own
    // `lastError` is what counts of an AI_RetryError, not the first of its `errors`.
    return new Set([...HIDDEN, ...own.filter((key) => key !== 'errors'), ...DEEPER, 'constructor'])
  } catch {
    return HIDDEN
  }
}
