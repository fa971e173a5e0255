import type { Fault } from '../fault.ts'
import { remember } from './remember.ts'

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
  /** What headers, or fields in their place, say of waits and limits; `X-RateLimit-Reset` is `ratelimitreset`. */
  readonly hints: Record<string, string>
  requestId?: string
  /** The fault that an error of our own carries. */
  own?: Fault
}

/** One reading: what was found so far, and where it has been. */
interface Walk extends Evidence {
  readonly seen: unknown[]
}

type Node = Readonly<Record<string, unknown>>
type Read = (walk: Walk, value: unknown, name: string, node: Node, depth: number) => void

// Bounds, so that an enormous or hostile error costs little. The deepest SDK chain known has 3 causes.
const MAX_DEPTH = 10
const MAX_NODES = 64
const MAX_ITEMS = 8
const MAX_FIELDS = 100
const MAX_WORD = 200
const MAX_TEXT = 2_000
const MAX_JSON = 100_000

/** Reads any thrown value, HTTP answer or error frame; never throws. */
export function gather(subject: unknown): Evidence {
  const walk: Walk = { codes: [], types: [], names: [], texts: [], hints: {}, seen: [] }
  try {
    visit(walk, subject, 0)
  } catch {
    // A revoked proxy: even asking whether it is an array throws.
  }
  return walk
}

function visit(walk: Walk, value: unknown, depth: number): void {
  if (typeof value === 'string') return readText(walk, value, depth)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (depth > MAX_DEPTH || walk.seen.length > MAX_NODES || walk.seen.includes(value)) return
  walk.seen.push(value)
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) visit(walk, item, depth + 1)
    return
  }
  const node = value as Node
  let own: readonly string[] = []
  try {
    own = Object.keys(node).slice(0, MAX_FIELDS)
    if (Object.getPrototypeOf(node) === Object.prototype) return readFields(walk, node, own, depth)
  } catch {
    // A trap that throws hides no more than itself (T28).
  }
  // Of an AI_RetryError only its last error counts.
  if (own.includes('lastError')) return readFields(walk, node, ['lastError'], depth)
  for (const names of [HIDDEN, own, DEEPER]) readFields(walk, node, names, depth)
}

// Errors and responses keep these in getters or non-enumerable properties; what lies deeper counts less.
const HIDDEN = ['name', 'message', 'code', 'status', 'headers', 'body']
const DEEPER = ['cause', 'errors']

function readFields(walk: Walk, node: Node, names: readonly string[], depth: number): void {
  for (const name of names) {
    const read = fieldOf(name)
    if (read === undefined) continue
    // So does a getter.
    try {
      const value = node[name]
      if (value !== undefined && value !== null) read(walk, value, name, node, depth + 1)
    } catch {}
  }
}

const readId: Read = (walk, value) => {
  if (typeof value === 'string') walk.requestId ??= value
}

const plain = /* @__PURE__ */ remember((name) =>
  name.toLowerCase().replace(/^x-|[-_]|seconds?$/g, ''),
)

const readHint: Read = ({ hints }, value, name) => {
  const text = typeof value === 'number' ? `${value}` : value
  if (typeof text === 'string') hints[plain(name)] ??= text.trim()
}

const readType: Read = ({ types }, value) => {
  if (typeof value === 'string') add(types, value)
}

/** Google's `status` is a word. */
const readStatus: Read = (walk, value) => {
  if (typeof value === 'string') add(walk.types, value)
  else if (typeof value === 'number' && (walk.status ??= value) < 300) readEnvelope(walk, value)
}

/** A DOMException has 20, Azure the string "429", Mistral "1300": only a failing HTTP status counts. */
function readEnvelope(walk: Walk, status: number): void {
  if (status >= 400 && status < 600) walk.envelope ??= status
}

const readCode: Read = (walk, value, name, node, depth) => {
  readEnvelope(walk, Number(value))
  if (typeof value === 'string') {
    // Any copy of this package: a shape, not instanceof (T80).
    const fault = value.startsWith('HOLDFAST_') ? (node['fault'] as Fault | undefined) : undefined
    if (typeof fault?.kind === 'string') walk.own ??= fault
    // AWS writes `namespace#Name` and `Name:http://…`.
    add(walk.codes, value.replace(/^.*#|:http.*$/g, ''))
  } else if (typeof value === 'object') {
    // Bedrock's frames: `{ throttlingException: { message } }`.
    add(walk.codes, name)
    visit(walk, value, depth)
  }
}

const readName: Read = (walk, value, _name, node) => {
  // Minified or not, the OpenAI SDK says who it is in its class only.
  for (const name of [value, (node['constructor'] as Node | undefined)?.['name']]) {
    // `Error` is nobody's name. The AWS SDK keeps its code here.
    if (typeof name === 'string' && name !== 'Error')
      add(/[a-z]Exception$/.test(name) ? walk.codes : walk.names, name)
  }
}

/** Whatever holds them: `Headers`, AxiosHeaders, a plain object. */
const readHeaders: Read = (walk, value, _name, node) => {
  const headers = value as Headers & Node
  const take = (all: unknown, name: string): void =>
    headerOf(name)?.(walk, Array.isArray(all) ? all[0] : all, name, node, 0)
  if (typeof headers.forEach === 'function') headers.forEach(take)
  else for (const name of Object.keys(headers).slice(0, MAX_FIELDS)) take(headers[name], name)
}

type Field = readonly [looks: RegExp, read: Read]

const readerFor = (fields: readonly Field[], name: string): Read | undefined =>
  fields.find(([looks]) => looks.test(name))?.[1]

/** Where SDKs and wires keep what they know, by the look of a field's name: nobody has seen all of them. */
const ANYWHERE: readonly Field[] = [
  [/request-?_?id$/i, readId],
  [/retry|ratelimit|^date$/i, readHint],
  [/(?<!status_?)code$|reason$|quotaId|limit_source|error-?_?type$|exception|^__type$/i, readCode],
]
const IN_BODIES: readonly Field[] = [
  [/headers$/i, readHeaders],
  [/^(?:http)?_?status_?(?:code)?$/i, readStatus],
  [/^type$/, readType],
  [/^name$/, readName],
  // Neither the request, which may be quoted beside the error, nor the model's own words.
  [
    /^(?!request).*(?:error|message|detail|body|response|metadata)|^(?:msg|data|raw|violations|payload|delta|choices|promptFeedback|cause)$/i,
    (walk, value, _name, _node, depth) => visit(walk, value, depth),
  ],
]
const headerOf = /* @__PURE__ */ remember((name) => readerFor(ANYWHERE, name))
const fieldOf = /* @__PURE__ */ remember((name) => headerOf(name) ?? readerFor(IN_BODIES, name))

/** Layers repeat each other. */
function add(list: string[], word: string): void {
  if (word && !list.includes(word)) list.push(word.slice(0, MAX_WORD))
}

const CLOSED = /[\]}"]$/

function readText(walk: Walk, text: string, depth: number): void {
  const { texts } = walk
  const start = text.search(/[[{"]/)
  // "429 {…}", "API error occurred: Status 503. Body: {…}", and bodies that were encoded twice.
  if (start >= 0 && start < 80 && text.length < MAX_JSON && CLOSED.test(text.trimEnd())) {
    try {
      visit(walk, JSON.parse(text.slice(start)), depth + 1)
      // The sentence first: what stands before it is often no more than the status.
      if (start > 0) texts.push(text.slice(0, start))
      return
    } catch {
      // Not JSON after all: it is text.
    }
  }
  // SDKs repeat the provider's sentence in a message of their own, and each one is read by many patterns.
  if (text && !texts.some((known) => known.includes(text))) texts.push(text.slice(0, MAX_TEXT))
}
