/** What a provider says of one limit. Whatever it leaves out is undefined. */
export interface LimitNote {
  /** How many units per `windowMs`. */
  readonly limit?: number
  /** How many of them are left. */
  readonly remaining?: number
  /** Milliseconds until all of them are back. */
  readonly resetMs?: number
  /** @default 60_000: the limits of all providers that name no window are per minute */
  readonly windowMs?: number
}

/** What one set of headers says. */
export interface LimitNotes {
  readonly requests?: LimitNote
  readonly tokens?: LimitNote
}

type Field = 'limit' | 'remaining' | 'resetMs' | 'windowMs'
type Draft = { -readonly [K in keyof LimitNotes]: { [F in Field]?: number } }

/** `x-ratelimit-limit-tokens` of OpenAI, Groq and Azure, `anthropic-ratelimit-tokens-limit`, `ratelimit-limit` of early IETF drafts. */
const NAME =
  /^(?:x-|anthropic-)?ratelimit-(?:(tokens|requests)-)?(limit|remaining|reset)(?:-(tokens|requests))?$/

const entriesOf = (headers: unknown): Iterable<readonly [string, unknown]> => {
  if (typeof headers !== 'object' || headers === null) return []
  const { entries } = headers as Partial<Headers>
  return typeof entries === 'function'
    ? (entries.call(headers) as Iterable<[string, unknown]>)
    : Object.entries(headers)
}

/**
 * Reads the limits out of the headers of an answer, in the dialects of OpenAI, Azure, Groq, Anthropic, OpenRouter,
 * Cohere and the IETF drafts; undefined when they say nothing.
 *
 * @param headers `Headers`, or a plain object in any case
 * @param wallNow epoch ms, for resets that are dates
 */
export const readLimits = (headers: unknown, wallNow: number): LimitNotes | undefined => {
  const draft: Draft = {}
  for (const [given, value] of entriesOf(headers)) {
    const name = given.toLowerCase()
    const text = String(Array.isArray(value) ? value[0] : value).trim()
    if (name === 'ratelimit') readIetf(text, draft)
    else if (name === 'ratelimit-policy') readPolicy(text, draft)
    else {
      const [, before, field, after] = NAME.exec(name) ?? []
      if (field !== undefined)
        note(draft, (before ?? after ?? 'requests') as keyof LimitNotes, field, text, wallNow)
    }
  }
  return draft.requests === undefined && draft.tokens === undefined ? undefined : draft
}

const set = (draft: Draft, of: keyof LimitNotes, field: Field, value: number): void => {
  // Azure reports -1 for what it does not know.
  if (value >= 0 && value < Infinity) (draft[of] ??= {})[field] = value
}

const note = (
  draft: Draft,
  of: keyof LimitNotes,
  field: string,
  text: string,
  wallNow: number,
): void => {
  if (field === 'reset') set(draft, of, 'resetMs', resetMs(text, wallNow))
  else set(draft, of, field as Field, Number.parseFloat(text))
  // `ratelimit-limit: 100, 100;w=60`
  const window = /;\s*w=(\d+)/.exec(text)
  if (field === 'limit' && window) set(draft, of, 'windowMs', 1_000 * Number(window[1]))
}

const DURATION = /(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g
const UNIT_MS: Readonly<Record<string, number>> = { h: 3.6e6, m: 6e4, s: 1e3, ms: 1 }

/** `6m0s`, `12ms` (not 12 s), a date, or a bare number told apart by its size: seconds from now, epoch seconds, epoch ms. */
const resetMs = (text: string, wallNow: number): number => {
  const number = Number(text)
  if (text !== '' && !Number.isNaN(number)) {
    if (number < 1e6) return number * 1_000
    return Math.max(0, number * (number < 1e11 ? 1_000 : 1) - wallNow)
  }
  const parts = [...text.matchAll(DURATION)]
  if (/^[\d.]/.test(text) && !text.includes('T') && parts.length > 0)
    return parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT_MS[unit!] ?? 0), 0)
  const [, y, mo, d, h, mi, s] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(text)?.map(Number) ?? []
  return y === undefined ? Number.NaN : Math.max(0, epochMs(y, mo!, d!, h!, mi!, s!) - wallNow)
}

/** The days of the civil calendar since 1970: `Date` is not for policies, and Anthropic's resets are UTC dates. */
const epochMs = (y: number, mo: number, d: number, h: number, mi: number, s: number): number => {
  const year = mo <= 2 ? y - 1 : y
  const era = Math.floor(year / 400)
  const yearOfEra = year - era * 400
  const dayOfYear = Math.floor((153 * ((mo + 9) % 12) + 2) / 5) + d - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return ((era * 146_097 + dayOfEra - 719_468) * 86_400 + h * 3_600 + mi * 60 + s) * 1_000
}

const parameter = (item: string, name: string): number | undefined => {
  const found = new RegExp(`(?:^|[;,\\s])${name}=(\\d+)`).exec(item)
  return found === null ? undefined : Number(found[1])
}

/** `"default";r=50;t=30`, and `limit=100, remaining=50, reset=30` of the drafts before the eighth. */
const readIetf = (text: string, draft: Draft): void => {
  const items = text.includes('remaining=') ? [text] : text.split(',')
  const left = (item: string): number =>
    parameter(item, 'r') ?? parameter(item, 'remaining') ?? Infinity
  // Of several, the one that is nearest to its end binds.
  const item = items.toSorted((a, b) => left(a) - left(b))[0]!
  set(draft, 'requests', 'remaining', left(item))
  set(draft, 'requests', 'limit', parameter(item, 'limit') ?? Number.NaN)
  const seconds = parameter(item, 't') ?? parameter(item, 'reset')
  set(draft, 'requests', 'resetMs', 1_000 * (seconds ?? Number.NaN))
}

/** `"burst";q=100;w=60, "daily";q=1000;w=86400`: the shortest window is the one to keep pace with. */
const readPolicy = (text: string, draft: Draft): void => {
  const policies = text
    .split(',')
    // A quota of bytes or of connections is no quota of requests.
    .filter((item) => !/;\s*qu=/.test(item) || /qu="?requests/.test(item))
    .map((item) => ({ limit: parameter(item, 'q'), seconds: parameter(item, 'w') ?? 60 }))
    .toSorted((a, b) => a.seconds - b.seconds)
  const [shortest] = policies
  if (shortest?.limit === undefined) return
  set(draft, 'requests', 'limit', shortest.limit)
  set(draft, 'requests', 'windowMs', 1_000 * shortest.seconds)
}

/** Where SDKs and wires keep the headers of an answer or of an error, outermost first. */
const HOLDERS = ['response', 'rawResponse', 'cause', 'lastError'] as const

/** The headers that a response or an error carries, if it shows any. */
export const headersOf = (subject: unknown, depth = 0): unknown => {
  if (typeof subject !== 'object' || subject === null || depth > 3) return undefined
  try {
    const { headers, responseHeaders } = subject as Record<string, unknown>
    if (typeof headers === 'object' && headers !== null) return headers
    if (typeof responseHeaders === 'object' && responseHeaders !== null) return responseHeaders
    for (const holder of HOLDERS) {
      // A getter may start something: reading `response` of an AI SDK's stream consumes the stream.
      const inner: unknown = Object.getOwnPropertyDescriptor(subject, holder)?.value
      const found = headersOf(inner, depth + 1)
      if (found !== undefined) return found
    }
  } catch {
    // A getter that throws: no headers there.
  }
  return undefined
}
