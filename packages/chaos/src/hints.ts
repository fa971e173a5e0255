import type { Provider } from './wires/wire.ts'

/** The dialects in which a provider says when to come back. */
export const HINTS = [
  'retry-after',
  'http-date',
  'retry-after-ms',
  'reset-headers',
  'text',
  'none',
] as const

/** One of the dialects in which a provider says when to come back. */
export type Hint = (typeof HINTS)[number]

/** A hint as it goes over the wire: headers, or a sentence at the end of the error's message. */
export interface SpelledHint {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

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

/** Spells "come back in so many ms" in a dialect. `retry-after` may be fractional: every SDK parses it so. */
export const spellHint = (
  hint: Hint,
  ms: number,
  provider: Provider,
  wallMs: number,
): SpelledHint => {
  switch (hint) {
    case 'retry-after':
      return { headers: { 'retry-after': String(ms / 1000) }, text: '' }
    case 'http-date':
      // HTTP dates have whole seconds; rounding down would invite the client too early.
      return { headers: { 'retry-after': httpDate(wallMs + ms) }, text: '' }
    case 'retry-after-ms':
      return { headers: { 'retry-after-ms': String(ms) }, text: '' }
    case 'reset-headers':
      return {
        headers: limitHeaders(provider, { limit: 60, remaining: 0, resetMs: ms }, wallMs),
        text: '',
      }
    case 'text':
      return { headers: {}, text: ` Please try again in ${goDuration(ms)}.` }
    case 'none':
      return { headers: {}, text: '' }
  }
}

const httpDate = (wallMs: number): string => new Date(Math.ceil(wallMs / 1000) * 1000).toUTCString()

/** How much of a request limit is left, and in how many ms it is whole again. */
export interface Limits {
  readonly limit: number
  readonly remaining: number
  readonly resetMs: number
}

/** The rate-limit headers of a provider: durations in OpenAI's, instants in Anthropic's. */
export const limitHeaders = (
  provider: Provider,
  { limit, remaining, resetMs }: Limits,
  wallMs: number,
): Record<string, string> =>
  provider === 'openai'
    ? {
        'x-ratelimit-limit-requests': String(limit),
        'x-ratelimit-remaining-requests': String(remaining),
        'x-ratelimit-reset-requests': goDuration(resetMs),
      }
    : {
        'anthropic-ratelimit-requests-limit': String(limit),
        'anthropic-ratelimit-requests-remaining': String(remaining),
        'anthropic-ratelimit-requests-reset': rfc3339(wallMs + resetMs),
      }
