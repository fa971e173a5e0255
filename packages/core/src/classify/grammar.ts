const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
}

const TERM = /\s*(\d+(?:\.\d+)?)\s*([a-zµ]+)/gi

/** A Go duration (`6m0s`, `12ms`, `10h17m5.7s`) or its words (`2 minutes 5 seconds`), in ms. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  let ms = 0
  let end = 0
  for (const [term, number, word] of text.matchAll(TERM)) {
    // `12ms` must not be read as 12 m or 12 s; words shorten to their first letter.
    const unit = UNIT_MS[word!.toLowerCase()] ?? wordMs(word!.toLowerCase())
    if (unit === undefined) return undefined
    ms += Number(number) * unit
    end += term.length
  }
  return end > 0 && end === text.trimEnd().length && ms < Infinity ? ms : undefined
}

const wordMs = (word: string): number | undefined =>
  /^milli/.test(word)
    ? 1
    : /^(?:sec|min|h(?:ou)?r|day)/.test(word)
      ? UNIT_MS[word.charAt(0)]
      : undefined

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec'
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d(?:\\.\\d+)?)'
const RFC_3339 = new RegExp(
  `^(\\d{4})-(\\d\\d)-(\\d\\d)[t ]${TIME} ?(?:z|utc|([+-])(\\d\\d):?(\\d\\d))$`,
  'i',
)
// IMF-fixdate (`Mon, 23 Nov 2026 05:00:00 GMT`) and RFC 850 (`Monday, 23-Nov-26 05:00:00 GMT`).
const HTTP_DATE = new RegExp(`^\\w+, (\\d\\d?)[ -](\\w{3})[ -](\\d{2,4}) ${TIME} (?:gmt|utc)$`, 'i')
// `Mon Nov 23 05:00:00 2026`
const ASCTIME = new RegExp(`^\\w{3} (\\w{3}) +(\\d\\d?) ${TIME} (\\d{4})$`, 'i')

/** Epoch ms of an HTTP date (all three forms of RFC 9110) or an RFC 3339 timestamp. */
export function epochOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  let found = HTTP_DATE.exec(text)
  if (found) return epoch(fullYear(found[3]!), month(found[2]!), found[1]!, found, 4)
  found = RFC_3339.exec(text)
  if (found) {
    const local = epoch(Number(found[1]), Number(found[2]), found[3]!, found, 4)
    const offset = (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0)) * 60_000
    return local === undefined ? undefined : local + (found[7] === '-' ? offset : -offset)
  }
  found = ASCTIME.exec(text)
  if (found) return epoch(Number(found[6]), month(found[1]!), found[2]!, found, 3)
  return undefined
}

// Two digits mean this half century; no clock is at hand, and no hint reaches back to 1970.
const fullYear = (digits: string): number =>
  digits.length > 2 ? Number(digits) : Number(digits) + (Number(digits) < 70 ? 2000 : 1900)

const month = (name: string): number => MONTHS.indexOf(name.toLowerCase()) / 3 + 1

/** Days from civil (Howard Hinnant): core calls no `Date`, whose parser also reads far more than dates. */
function epoch(
  year: number,
  monthOfYear: number,
  day: string,
  found: readonly string[],
  at: number,
): number | undefined {
  if (!Number.isInteger(monthOfYear) || monthOfYear < 1 || monthOfYear > 12) return undefined
  const y = monthOfYear > 2 ? year : year - 1
  const shifted = (monthOfYear + 9) % 12
  const days =
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * shifted + 2) / 5) +
    Number(day) -
    1 -
    719_468
  const hours = days * 24 + Number(found[at])
  return ((hours * 60 + Number(found[at + 1])) * 60 + Number(found[at + 2])) * 1000
}
