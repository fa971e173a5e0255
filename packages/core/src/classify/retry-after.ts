import { gather, type Evidence } from './evidence.ts'
import { parseDate, parseDuration } from './time.ts'

/** The longest hint that is believed, one year in ms: beyond it a server only says "never" (T14). */
export const MAX_RETRY_AFTER_MS = 31_536_000_000

/**
 * How long a provider asks us to wait, in ms, in whatever dialect it says so.
 *
 * Reads `retry-after-ms`, `Retry-After` (seconds or a date), Google's `RetryInfo`, the `ratelimit` families of
 * headers, and "try again in 20s". Nonsense (negative, NaN, a date that has passed) is no hint.
 * @param headers `Headers`, or a plain object in any case
 * @param body the answer's body, parsed or as text
 * @param now epoch ms. A `Date` header counts more, since it is the server's own clock; with neither, hints that
 *   are dates are ignored.
 * @returns a whole number of ms in 0…{@link MAX_RETRY_AFTER_MS}, or undefined
 */
export function parseRetryAfter(
  headers: unknown,
  body?: unknown,
  now?: number,
): number | undefined {
  return retryHint(gather({ headers, body }), { now })
}

/** The same for gathered evidence: the first source that speaks decides, the most explicit first. */
export function retryHint(
  { hints, texts }: Evidence,
  at: { readonly now?: number | undefined },
): number | undefined {
  const clock: WallClock = () => parseDate(hints['date'] ?? '') ?? at.now
  const ms =
    parseNumber(hints['retryafterms']) ??
    parseDelay(hints['retryafter'], clock) ??
    parseDelay(hints['retrydelay'], clock) ??
    hintOfLimits(hints, texts, clock)
  // Up, because a floor must not be undercut; 0.001 forgives 18.642 * 1000 = 18642.000000000004.
  return ms === undefined ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.ceil(ms - 0.001) || 0)
}

/** Asked only when a hint is a date, which most are not. */
type WallClock = () => number | undefined

const parseNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined

/**
 * A duration (`20s`), a date still to come (one that has passed leaves it to our own backoff), or a bare number, told
 * apart by its size: seconds from now, epoch seconds, epoch ms.
 */
function parseDelay(text: string | undefined, clock: WallClock): number | undefined {
  if (text === undefined) return undefined
  const number = parseNumber(text)
  if (number === undefined) return parseDuration(text) ?? until(parseDate(text), clock)
  return number < 1e9 ? number * 1000 : until(number < 1e11 ? number * 1000 : number, clock)
}

function until(at: number | undefined, clock: WallClock): number | undefined {
  const ms = at === undefined ? NaN : at - (clock() ?? NaN)
  return ms > 0 ? ms : undefined
}

// `"default";r=0;t=45, …` since draft 8, `limit=9, remaining=0, reset=45` before.
const IETF = /\b(?:r|remaining)=(\d+)[;,]\s*(?:t|reset)=(\d+)/g

/**
 * The `ratelimit` families, then "try again in 20s".
 *
 * The dimension that ran out is the one that counts (the latest, if several did); one whose `remaining` is not
 * told comes last, and then the earliest is the floor.
 */
function hintOfLimits(
  hints: Evidence['hints'],
  texts: readonly string[],
  clock: WallClock,
): number | undefined {
  let [spent, untold, said] = [0, 0, 0]
  const add = (reset: string | undefined, remaining: string | undefined): void => {
    // 0, and a remaining of -1, are how Azure says "unknown": neither proves anything.
    const ms = parseDelay(reset, clock)
    if (!ms) return
    if (remaining === undefined) untold = Math.min(untold || ms, ms)
    else if (Number(remaining) === 0) spent = Math.max(spent, ms)
  }
  for (const name in hints) {
    const value = hints[name]!
    if (/ratelimit.*reset/.test(name)) add(value, hints[name.replace('reset', 'remaining')])
    if (name === 'ratelimit')
      for (const [, remaining, reset] of value.matchAll(IETF)) add(reset, remaining)
  }
  for (const text of texts) said = Math.max(said, delayInText(text))
  return spent || said || untold || undefined
}

// "Please try again in 18.642s", "after 6 seconds", "wait 1 minute and 30 seconds", "resets in ~7s", "in 01:20:00"
const DELAY_IN_TEXT =
  /(?:again|retry|wait|resets?|available|replenished)(?:\s+[a-z]+){0,3}?\s+~?(\d+:\d\d:\d\d|(?:\d[\d.]*\s?[a-zµ]+(?:,?\s(?:and\s)?(?=\d))?)+)/i

function delayInText(text: string): number {
  const said = DELAY_IN_TEXT.exec(text)?.[1] ?? ''
  return (said && parseDuration(said.replace(/^(\d+):(\d\d):(\d\d)$/, '$1h$2m$3s'))) || 0
}
