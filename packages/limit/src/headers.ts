/** The limits of all providers that name no window are per minute. */
export const MINUTE_MS = 60_000

/** What a provider says of one limit. Whatever it leaves out is undefined. */
export interface LimitNote {
  /** How many units per `windowMs`. */
  readonly limit?: number
  /** How many of them are left. */
  readonly remaining?: number
  /** @default 60_000 */
  readonly windowMs?: number
}

/** What one set of headers says. When all units are back is of no use: a bucket refills all the time. */
export interface LimitNotes {
  readonly requests?: LimitNote
  readonly tokens?: LimitNote
}

type Draft = { -readonly [K in keyof LimitNotes]: { -readonly [F in keyof LimitNote]: number } }

/** `x-ratelimit-limit-tokens` of OpenAI, Groq and Azure, `anthropic-ratelimit-tokens-limit`, `ratelimit-limit` of early IETF drafts. */
const NAME =
  /^(?:x-|anthropic-)?ratelimit-(?:(tokens|requests)-)?(limit|remaining)(?:-(tokens|requests))?$/

/**
 * Reads the limits out of the headers of an answer, in the dialects of OpenAI, Azure, Groq, Anthropic, OpenRouter,
 * Cohere and the IETF drafts; undefined when they say nothing.
 *
 * @param headers `Headers`, or a plain object in any case
 */
export const readLimits = (headers: unknown): LimitNotes | undefined => {
  const draft: Draft = {}
  try {
    for (const [given, value] of entriesOf(headers))
      readOne(given.toLowerCase(), textOf(value), draft)
  } catch {
    // Whatever strange headers these are: the answer that carries them is paid for, and must not be lost over them.
  }
  return draft.requests === undefined && draft.tokens === undefined ? undefined : draft
}

const entriesOf = (headers: unknown): Iterable<readonly [string, unknown]> => {
  if (typeof headers !== 'object' || headers === null) return []
  const { entries } = headers as Partial<Headers>
  return typeof entries === 'function'
    ? (entries.call(headers) as Iterable<[string, unknown]>)
    : Object.entries(headers)
}

const textOf = (value: unknown): string => String(Array.isArray(value) ? value[0] : value).trim()

const readOne = (name: string, text: string, draft: Draft): void => {
  if (name === 'ratelimit') return readIetf(text, draft)
  if (name === 'ratelimit-policy') return readPolicy(text, draft)
  const [, before, field, after] = NAME.exec(name) ?? []
  if (field === undefined) return
  const of = (before ?? after ?? 'requests') as keyof LimitNotes
  set(draft, of, field as keyof LimitNote, Number.parseFloat(text))
  // `ratelimit-limit: 100, 100;w=60`
  if (field === 'limit') set(draft, of, 'windowMs', secondsAsMs(parameter(text, 'w')))
}

/** Azure reports -1 for what it does not know; and a limit of none would never be heard of again, since nobody would ask. */
const set = (
  draft: Draft,
  of: keyof LimitNotes,
  field: keyof LimitNote,
  value: number | undefined,
): void => {
  if (value === undefined || !Number.isFinite(value)) return
  if (value > 0 || (value === 0 && field === 'remaining')) (draft[of] ??= {})[field] = value
}

const parameter = (item: string, name: string): number | undefined => {
  const found = new RegExp(`(?:^|[;,\\s])${name}=(\\d+)`).exec(item)
  return found === null ? undefined : Number(found[1])
}

const secondsAsMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : 1_000 * seconds

/** `"default";r=50;t=30`, and `limit=100, remaining=50, reset=30` of the drafts before the eighth. */
const readIetf = (text: string, draft: Draft): void => {
  const items = text.includes('remaining=') ? [text] : text.split(',')
  const left = (item: string): number =>
    parameter(item, 'r') ?? parameter(item, 'remaining') ?? Infinity
  // Of several, the one that is nearest to its end binds.
  const item = items.toSorted((a, b) => left(a) - left(b))[0]!
  set(draft, 'requests', 'remaining', left(item))
  set(draft, 'requests', 'limit', parameter(item, 'limit'))
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
  set(draft, 'requests', 'windowMs', secondsAsMs(shortest.seconds))
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
