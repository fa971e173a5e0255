import type { Provider } from './wires/wire.ts'

/** The dialects in which a provider says when to come back. */
export const HINTS = [
  'retry-after',
  'http-date',
  'retry-after-ms',
  'reset-headers',
  'retry-info',
  'text',
  'none',
] as const

/** One of the dialects in which a provider says when to come back. */
export type Hint = (typeof HINTS)[number]

/** A hint as it goes over the wire. */
export interface SpelledHint {
  readonly headers: Readonly<Record<string, string>>
  /** A sentence at the end of the error's message. */
  readonly text: string
  /** A protobuf duration for the details of a Gemini error. */
  readonly retryDelay?: string
}

/** The dialect of a provider when the scenario names none: Gemini knows no header for it. */
export const ownHint = (provider: Provider): Hint =>
  provider === 'gemini' ? 'retry-info' : 'retry-after'

/** A duration as Go prints it, which is how OpenAI writes resets: `634ms`, `1.5s`, `6m0s`, `1h0m5s`. */
export const goDuration = (ms: number): string => {
  if (ms < 1000) return `${Math.ceil(ms)}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = `${(Math.ceil(ms) % 60_000) / 1000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** An instant as Anthropic writes resets: RFC 3339, whole seconds, never before the instant. */
export const rfc3339 = (wallMs: number): string =>
  new Date(Math.ceil(wallMs / 1000) * 1000).toISOString().replace('.000', '')

const httpDate = (wallMs: number): string =>
  // HTTP dates have whole seconds; rounding down would invite the client too early.
  new Date(Math.ceil(wallMs / 1000) * 1000).toUTCString()

const inHeaders = (headers: SpelledHint['headers']): SpelledHint => ({ headers, text: '' })

const inText = (ms: number, provider: Provider): SpelledHint => ({
  headers: {},
  text: ` Please ${provider === 'gemini' ? 'retry' : 'try again'} in ${goDuration(ms)}.`,
})

const SPELL: Readonly<
  Record<Hint, (ms: number, wallMs: number, provider: Provider) => SpelledHint>
> = {
  // It may be fractional: whole seconds are the rule, but every SDK parses fractions.
  'retry-after': (ms) => inHeaders({ 'retry-after': String(ms / 1000) }),
  'http-date': (ms, wallMs) => inHeaders({ 'retry-after': httpDate(wallMs + ms) }),
  'retry-after-ms': (ms) => inHeaders({ 'retry-after-ms': String(ms) }),
  'reset-headers': (ms, wallMs, provider) =>
    inHeaders(limitHeaders(provider, { limit: 60, remaining: 0, resetMs: ms }, wallMs)),
  'retry-info': (ms, _wallMs, provider) =>
    provider === 'gemini'
      ? { headers: {}, text: '', retryDelay: `${ms / 1000}s` }
      : inText(ms, provider),
  text: (ms, _wallMs, provider) => inText(ms, provider),
  none: () => inHeaders({}),
}

/** Spells "come back in so many ms" in a dialect. */
export const spellHint = (
  hint: Hint,
  ms: number,
  wallMs: number,
  provider: Provider,
): SpelledHint => SPELL[hint](ms, wallMs, provider)

/** How much of a request limit is left, and in how many ms it is whole again. */
export interface Limits {
  readonly limit: number
  readonly remaining: number
  readonly resetMs: number
}

type LimitHeaders = (limits: Limits, wallMs: number) => Record<string, string>

const LIMIT_HEADERS: Readonly<Record<Provider, LimitHeaders>> = {
  openai: ({ limit, remaining, resetMs }) => ({
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': goDuration(resetMs),
  }),
  anthropic: ({ limit, remaining, resetMs }, wallMs) => ({
    'anthropic-ratelimit-requests-limit': String(limit),
    'anthropic-ratelimit-requests-remaining': String(remaining),
    'anthropic-ratelimit-requests-reset': rfc3339(wallMs + resetMs),
  }),
  // Gemini tells nobody how much is left.
  gemini: () => ({}),
}

/** The rate-limit headers of a provider: durations in OpenAI's, instants in Anthropic's. */
export const limitHeaders = (
  provider: Provider,
  limits: Limits,
  wallMs: number,
): Record<string, string> => LIMIT_HEADERS[provider](limits, wallMs)
