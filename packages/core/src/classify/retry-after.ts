import { gather, type Evidence } from './evidence.ts'
import { epochOf, parseDuration } from './grammar.ts'

/** The longest hint that is believed, one year in ms: beyond it the server only says "never" (T14). */
export const MAX_RETRY_AFTER_MS = 31_536_000_000

/**
 * How long a provider asks us to wait, in ms, in whatever dialect it says so.
 *
 * Reads `retry-after-ms`, `Retry-After` (seconds or HTTP date), Google's `RetryInfo`, the `ratelimit` header
 * families and "try again in 20s". Nonsense (negative, NaN, past dates) is no hint.
 * @param headers `Headers`, a plain object in any case, pairs, or undefined
 * @param body the answer's body, parsed or as text
 * @param now epoch ms. A `Date` header counts more, since it shares the server's clock; with neither,
 *   hints that are dates are not read.
 * @returns a whole number in 0…{@link MAX_RETRY_AFTER_MS}, or undefined
 */
export function parseRetryAfter(
  headers: unknown,
  body?: unknown,
  now?: number,
): number | undefined {
  return retryHint(gather({ headers, body }), now)
}

/** The same for evidence that has been gathered. The first source that speaks decides, most explicit first. */
export function retryHint(evidence: Evidence, now: number | undefined): number | undefined {
  const { headers, delays, texts } = evidence
  const clock = epochOf(headers['date']) ?? now
  const resets = readResets(headers, clock)
  return tidy(
    scaled(headers['retry-after-ms'], 1) ??
      retryAfter(headers['retry-after'], clock) ??
      max(delays.map((delay) => scaled(delay, 1000) ?? parseDuration(delay))) ??
      // The reset that counts is that of the dimension that ran out, the later one if both did.
      max(resets.filter((reset) => reset.remaining === 0).map((reset) => reset.ms)) ??
      max(texts.map(delayInText)) ??
      min(resets.filter((reset) => reset.remaining === undefined).map((reset) => reset.ms)),
  )
}

const tidy = (ms: number | undefined): number | undefined =>
  // Up, because a floor must not be undercut; the 0.001 forgives 18.642 * 1000 = 18642.000000000004.
  ms === undefined ? undefined : Math.max(0, Math.min(MAX_RETRY_AFTER_MS, Math.ceil(ms - 0.001)))

const known = (list: readonly (number | undefined)[]): number[] =>
  list.filter((ms) => ms !== undefined)

const max = (list: readonly (number | undefined)[]): number | undefined => {
  const values = known(list)
  return values.length === 0 ? undefined : Math.max(...values)
}

const min = (list: readonly (number | undefined)[]): number | undefined => {
  const values = known(list)
  return values.length === 0 ? undefined : Math.min(...values)
}

const scaled = (text: string | undefined, unitMs: number): number | undefined =>
  text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * unitMs : undefined

const until = (text: string | undefined, clock: number | undefined): number | undefined => {
  const at = epochOf(text)
  // A date that has passed says nothing about the future: the caller's own backoff decides.
  return at !== undefined && clock !== undefined && at > clock ? at - clock : undefined
}

const retryAfter = (text: string | undefined, clock: number | undefined): number | undefined =>
  scaled(text, 1000) ?? parseDuration(text) ?? until(text, clock)

/** One limit of the `ratelimit` header families. */
interface Reset {
  readonly ms: number | undefined
  /** Undefined when the server does not say; Azure says -1 for "unknown", which proves nothing. */
  readonly remaining: number | undefined
}

function readResets(headers: Readonly<Record<string, string>>, clock: number | undefined): Reset[] {
  const resets: Reset[] = []
  for (const name in headers) {
    const value = headers[name]!
    if (name === 'ratelimit') {
      // IETF: `"default";r=0;t=45, …` since draft 8, `limit=9, remaining=0, reset=45` before.
      for (const item of value.includes('reset=') ? [value] : value.split(',')) {
        const left = /\b(?:r|remaining)=(\d+)/.exec(item)?.[1]
        const ms = scaled(/\b(?:t|reset)=(\d+)/.exec(item)?.[1], 1000)
        resets.push({ ms, remaining: left === undefined ? undefined : Number(left) })
      }
    } else if (/ratelimit.*reset/.test(name)) {
      const left = headers[name.replace('reset', 'remaining')]
      resets.push({
        ms: resetIn(value, clock) || undefined,
        remaining: left === undefined ? undefined : Number(left),
      })
    }
  }
  return resets
}

/** A reset is a duration (`6m0s`), a date, or a bare number that is told apart by its size. */
function resetIn(text: string, clock: number | undefined): number | undefined {
  const number = scaled(text, 1)
  if (number === undefined) return parseDuration(text) ?? until(text, clock)
  if (number < 1e6) return number * 1000
  const at = number < 1e11 ? number * 1000 : number
  return clock !== undefined && at > clock ? at - clock : undefined
}

// "Please try again in 18.642s", "retry your requests after 6 seconds", "wait 1 minute and 30 seconds".
const DELAY_IN_TEXT =
  /(?:again|retry|wait|resets?)\s(?:\w+\s){0,3}?((?:\d+(?:\.\d+)?\s?[a-zµ]+(?:,? (?:and )?(?=\d))?)+)/i

const delayInText = (text: string): number | undefined =>
  parseDuration(DELAY_IN_TEXT.exec(text)?.[1]?.replace(/,| and /gi, ''))
