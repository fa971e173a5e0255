// How a recorded case becomes what `classify` meets in life. Shared by the tests and `scripts/eval-classify.ts`.
import { classify, endsAnswer, faultInAnswer, faultInFrame } from '../../src/classify/index.ts'
import type { Fault, FaultKind } from '../../src/fault.ts'

/** Mon, 23 Nov 2026 05:00:00 GMT: what the absolute times in the cases are relative to. */
export const NOW = 1_795_410_000_000

type Dump = Readonly<Record<string, unknown>>

/** One recorded failure of a provider or its SDK, with the reading that it should get. */
export interface WireCase {
  readonly id: string
  readonly provider?: string
  readonly kind: string
  readonly status?: number | null
  readonly headers?: Readonly<Record<string, string>> | null
  readonly body?: unknown
  readonly expected: {
    readonly category: string
    readonly retryable: boolean
    readonly retryAfterMs?: number | null
    readonly scope: string
  }
}

/** The four things about a fault that a case has an opinion on. */
export interface Reading {
  readonly kind: string
  readonly retryable: boolean
  readonly scope: string
  readonly retryAfterMs: number | null
}

const KINDS: Readonly<Record<string, FaultKind>> = {
  rate_limit: 'rate-limited',
  quota_exhausted: 'quota-exhausted',
  overloaded: 'overloaded',
  server_error: 'server',
  conflict: 'server',
  timeout: 'timeout',
  network: 'network',
  tls: 'network',
  stream_truncated: 'incomplete',
  context_length: 'context-window',
  request_too_large: 'context-window',
  payload_too_large: 'context-window',
  content_filter: 'content-filtered',
  refusal: 'refused',
  empty_response: 'empty',
  reasoning_exhausted: 'empty',
  output_truncated: 'truncated',
  incomplete_turn: 'truncated',
  invalid_generation: 'invalid-output',
  invalid_response: 'invalid-output',
  auth: 'auth',
  permission: 'permission',
  region_blocked: 'permission',
  model_not_found: 'model-unavailable',
  invalid_request: 'invalid-request',
  config: 'invalid-request',
  aborted: 'aborted',
}

const READERS: Readonly<Record<string, (it: WireCase) => Fault | undefined>> = {
  http: (it) =>
    faultInAnswer({ status: it.status ?? 200, headers: it.headers, body: it.body }, optionsOf(it)),
  network: (it) => classify(rebuild(it.body, it), optionsOf(it)),
  'sdk-error': (it) => classify(rebuild(it.body, it), optionsOf(it)),
  'sse-error': (it) => faultInStream(it),
}

/** Whether a case is one that errors, answers and frames can settle (`finish` cases need a dialect). */
export const isReadable = (it: WireCase): boolean => Object.hasOwn(READERS, it.kind)

/** The fault that holdfast sees in a case; undefined when it sees none. */
export const readCase = (it: WireCase): Fault | undefined => READERS[it.kind]?.(it)

/** What a case expects, in holdfast's words; a `kind` of `ok` stands for no fault. */
export function expectedOf({ expected }: WireCase): Reading {
  const { category, retryable, scope, retryAfterMs = null } = expected
  return { kind: KINDS[category] ?? category, retryable, scope, retryAfterMs }
}

/** A fault in the same four words. */
export function readingOf(fault: Fault | undefined): Reading {
  if (!fault) return { kind: 'ok', retryable: false, scope: 'request', retryAfterMs: null }
  const { kind, retryable, scope, retryAfterMs = null } = fault
  return { kind, retryable, scope, retryAfterMs }
}

const optionsOf = (it: WireCase): { now: number; provider?: string } => ({
  now: NOW,
  ...(it.provider !== undefined && { provider: it.provider }),
})

/** Reads a whole recorded stream: SSE, newline-delimited JSON, or one decoded event. */
function faultInStream(it: WireCase): Fault | undefined {
  const frames = typeof it.body === 'string' ? framesOf(it.body) : [it.body]
  let ended = false
  for (const frame of frames) {
    const fault = faultInFrame(frame, optionsOf(it))
    if (fault) return fault
    ended ||= endsAnswer(frame)
  }
  if (ended) return undefined
  const kind: FaultKind = frames.length === 0 ? 'empty' : 'incomplete'
  return { kind, retryable: true, scope: 'request', message: `the stream was ${kind}` }
}

function framesOf(text: string): unknown[] {
  const frames: unknown[] = []
  for (const line of text.split(/\r?\n/)) {
    const data = /^(?:data: ?)?([[{].*)$/.exec(line)?.[1]
    if (data !== undefined && data !== '[DONE]') frames.push(jsonOr(data, undefined))
  }
  return frames
}

/** Makes an error of the shape that a dump describes: constructors, names, own fields, causes. */
function rebuild(dump: unknown, it?: WireCase): unknown {
  if (!isDump(dump)) return dump

  const [ctor = 'Error', ...parents] = text(dump['ctor'] ?? dump['name'] ?? 'Error').split(' < ')
  const name = text(dump['name'] ?? ctor)
  const message = text(dump['message'] ?? '')
  const isDom = ctor === 'DOMException' || typeof dump['code'] === 'number'
  if (isDom) return new DOMException(message, name)
  const error = new (classOf(ctor, parents))(message)
  const set = (key: string, value: unknown): void => {
    const enumerable = key !== 'cause'
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true })
  }
  if (it?.status) set('status', it.status)
  const headers = it?.headers ?? {}
  for (const [key, value] of Object.entries(dump)) {
    if (['ctor', 'ownKeys', 'message', 'errorsLen'].includes(key)) continue
    if (key === 'cause' || key === 'lastError') set(key, rebuild(value))
    else if (key === 'errorField') set('error', jsonOr(text(value), value))
    else if (key === 'headersType') set('headers', new Headers(headers))
    else if (key === 'responseHeadersType') set('responseHeaders', { ...headers })
    else if (key === 'response') set(key, responseOf(value as Dump, headers))
    else set(key, value)
  }
  if (Object.keys(headers).length > 0 && !('headers' in error)) set('headers', new Headers(headers))
  return error
}

const isDump = (value: unknown): value is Dump => typeof value === 'object' && value !== null

function responseOf(dump: Dump, headers: Readonly<Record<string, string>>): Dump {
  return { ...dump, headers: dump['headers'] === 'Headers' ? new Headers(headers) : { ...headers } }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function jsonOr(json: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return otherwise
  }
}

type ErrorClass = new (message: string) => Error

function classOf(name: string, parents: readonly string[]): ErrorClass {
  const known: Readonly<Record<string, ErrorClass>> = { Error, TypeError, SyntaxError, RangeError }
  const found = known[name]
  if (found) return found
  const [parent = 'Error', ...rest] = parents
  return { [name]: class extends classOf(parent, rest) {} }[name]!
}
