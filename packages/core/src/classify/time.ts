const UNITS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  milli: 1,
  µs: 0.001,
}

/** A number and its unit, in letters or as a word; `12ms` is neither 12 m nor 12 s. */
const PART = /(\d+(?:\.\d+)?)\s?(ms|milli|µs|[dhms])[a-z]*(?:[\s,]|and\s)*/gi

/** A Go duration (`6m0s`, `12ms`, `10h17m5.7s`) or its words (`2 minutes and 5 seconds`), in ms. */
export function parseDuration(text: string): number | undefined {
  let ms = 0
  const rest = text.replace(PART, (_part, count: string, unit: string) => {
    ms += Number(count) * UNITS[unit.toLowerCase()]!
    return ''
  })
  return text === '' || rest !== '' ? undefined : ms
}

const RFC_3339 = /^\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:\.\d+)?(?:z|\+00:00)$/i
// `Mon, 23 Nov 2026 05:00:00 GMT`, `Monday, 23-Nov-26 05:00:00 GMT` and `Mon Nov 23 05:00:00 2026`
const HTTP_DATE = /^\w+,? (?:\d\d[ -])?(\w{3})[ -]+\d+ \d\d:\d\d:\d\d (?:gmt|utc|\d{4})$/i
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec'

/** Epoch ms of an HTTP date (all three forms of RFC 9110) or of an RFC 3339 timestamp in UTC. */
export function parseDate(text: string): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (text.match(/\d+/g) ?? []).map(Number)
  if (RFC_3339.test(text)) return epoch(a, b, c, d, e, f)
  const name = HTTP_DATE.exec(text)?.[1] ?? '?'
  const month = MONTHS.indexOf(name.toLowerCase()) / 3 + 1
  if (month < 1 || month % 1 > 0) return undefined
  return text.includes(',') ? epoch(b, month, a, c, d, e) : epoch(e, month, a, b, c, d)
}

/** Core calls no `Date`, whose parser also reads what is no date. Exact from 1901 to 2099: no hint reaches further. */
function epoch(
  year: number,
  month: number,
  day: number,
  hours: number,
  minutes: number,
  seconds: number,
): number {
  // The year begins in March, so that the leap day is its last. RFC 850 tells only two digits of it.
  const early = month < 3 ? 1 : 0
  const days =
    Math.floor(((year < 100 ? 2000 : 0) + year - early) * 365.25) +
    Math.floor((month + early * 12 + 1) * 30.6) +
    day -
    719_606
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}
