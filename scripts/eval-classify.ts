// Scores `classify` on a file of wire cases: `pnpm eval:classify -- cases.json`.
import { readFileSync } from 'node:fs'

import {
  classify,
  endsAnswer,
  faultInAnswer,
  faultInFrame,
} from '../packages/core/src/classify/index.ts'
import type { Fault, FaultKind } from '../packages/core/src/fault.ts'

/** Mon, 23 Nov 2026 05:00:00 GMT: what the absolute times in the cases are relative to. */
const NOW = 1_795_410_000_000

type Json = Readonly<Record<string, unknown>>

interface WireCase {
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

const READ: Readonly<Record<string, (it: WireCase) => Fault | undefined>> = {
  http: (it) =>
    faultInAnswer(
      { status: it.status ?? 200, headers: it.headers ?? {}, body: it.body },
      optionsOf(it),
    ),
  network: (it) => classify(rebuild(it.body as Json, it), optionsOf(it)),
  'sdk-error': (it) => classify(rebuild(it.body as Json, it), optionsOf(it)),
  'sse-error': (it) => faultInStream(it),
}

const optionsOf = (it: WireCase): { now: number; provider?: string } => ({
  now: NOW,
  ...(it.provider !== undefined && { provider: it.provider }),
})

/** Reads a whole recorded stream: SSE, newline-delimited JSON, or one decoded event. */
function faultInStream(it: WireCase): Fault | undefined {
  const options = optionsOf(it)
  const frames = typeof it.body === 'string' ? framesOf(it.body) : [it.body]
  let ended = false
  for (const frame of frames) {
    const fault = faultInFrame(frame, options)
    if (fault !== undefined) return fault
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
    if (data === undefined || data === '[DONE]') continue
    try {
      frames.push(JSON.parse(data))
    } catch {
      frames.push(undefined)
    }
  }
  return frames
}

/** Makes an error of the shape that a dump describes: constructors, names, own fields, causes. */
function rebuild(dump: Json, it?: WireCase): unknown {
  const names = String(dump['ctor'] ?? dump['name'] ?? 'Error').split(' < ')
  const name = String(dump['name'] ?? names[0])
  const message = String(dump['message'] ?? '')
  const error: object =
    names[0] === 'DOMException' || (dump['code'] === 20 && name === 'AbortError')
      ? new DOMException(message, name)
      : new (classOf(names))(message)
  const set = (key: string, value: unknown): void => {
    if (error instanceof DOMException && key in error) return
    Object.defineProperty(error, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: true,
    })
  }
  if (it?.status !== undefined && it.status !== null) set('status', it.status)
  for (const [key, value] of Object.entries(dump)) {
    if (key === 'ctor' || key === 'ownKeys' || key === 'message') continue
    if (key === 'cause' || key === 'lastError') set(key, rebuild(value as Json))
    else if (key === 'errorField') set('error', jsonOr(value))
    else if (key === 'headersType') set('headers', new Headers(it?.headers ?? {}))
    else if (key === 'responseHeadersType') set('responseHeaders', { ...it?.headers })
    else if (key === 'response') set(key, responseOf(value as Json, it))
    else set(key, value)
  }
  return error
}

function responseOf(dump: Json, it: WireCase | undefined): unknown {
  const headers = dump['headers']
  if (headers === 'Headers') return { ...dump, headers: new Headers(it?.headers ?? {}) }
  return typeof headers === 'string' ? { ...dump, headers: { ...it?.headers } } : dump
}

function jsonOr(value: unknown): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return value
  }
}

type ErrorClass = new (message: string) => Error

function classOf(names: readonly string[]): ErrorClass {
  const [name = 'Error', ...parents] = names
  const known: Readonly<Record<string, ErrorClass>> = { Error, TypeError, SyntaxError, RangeError }
  const found = known[name]
  if (found !== undefined) return found
  const Parent = parents.length === 0 ? Error : classOf(parents)
  return { [name]: class extends Parent {} }[name]!
}

interface Reading {
  readonly kind: string
  readonly retryable: boolean
  readonly scope: string
  readonly retryAfterMs: number | null
}

const OK: Reading = { kind: 'ok', retryable: false, scope: 'request', retryAfterMs: null }

function score(cases: readonly WireCase[]): object {
  const right = { kind: 0, retryable: 0, retryAfterMs: 0, scope: 0 }
  const misses: { id: string; got: Reading; expected: Reading }[] = []
  const judged = cases.filter((it) => READ[it.kind] !== undefined)
  for (const it of judged) {
    const fault = READ[it.kind]!(it)
    const got: Reading = fault ? { ...OK, ...pick(fault) } : OK
    const { category, retryable, scope, retryAfterMs = null } = it.expected
    const kind = category === 'ok' ? 'ok' : (KINDS[category] ?? category)
    const expected: Reading = { kind, retryable, scope, retryAfterMs }
    const fields = Object.keys(right) as (keyof Reading)[]
    const wrong = fields.filter((field) => !same(got[field], expected[field]))
    for (const field of fields) if (!wrong.includes(field)) right[field]++
    if (wrong.length > 0) misses.push({ id: it.id, got, expected })
  }
  return {
    total: judged.length,
    kindRight: right.kind,
    retryableRight: right.retryable,
    retryAfterRight: right.retryAfterMs,
    scopeRight: right.scope,
    misses,
  }
}

const pick = ({ kind, retryable, scope, retryAfterMs = null! }: Fault): Reading => ({
  kind,
  retryable,
  scope,
  retryAfterMs,
})

const same = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= 1 : a === b

function load(path: string | undefined): readonly WireCase[] {
  if (path === undefined) throw new Error('Name a file of cases: pnpm eval:classify -- cases.json')
  const text = readFileSync(path, 'utf8')
  const cases: unknown = JSON.parse(text)
  if (!Array.isArray(cases)) throw new Error(`${path} must hold a JSON array of cases.`)
  for (const [i, it] of (cases as (Partial<WireCase> | null)[]).entries()) {
    if (typeof it?.id !== 'string' || typeof it.kind !== 'string' || !it.expected?.category) {
      throw new Error(`${path}: case ${i} needs id, kind and expected.category.`)
    }
  }
  return cases as readonly WireCase[]
}

const path = process.argv.slice(2).find((argument) => argument !== '--')
try {
  console.log(JSON.stringify(score(load(path)), null, 2))
} catch (error) {
  console.error(`Cannot score ${path ?? 'nothing'}: ${(error as Error).message}`)
  process.exitCode = 2
}
