const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  ns: 0.000_001,
}

const DURATION = /^(?:\d+(?:\.\d+)?\s?[a-zµ]+\s*)+$/i

/** A Go duration (`6m0s`, `12ms`, `10h17m5.7s`) or its words (`2 minutes 5 seconds`), in ms. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  let ms = 0
  for (const [, number, word] of text.toLowerCase().matchAll(/([\d.]+)\s?([a-zµ]+)/g)) {
    // `12ms` is neither 12 m nor 12 s; words shorten to their first letter, `milliseconds` to ms.
    ms += Number(number) * (UNIT_MS[word!.replace(/^(milli|[dhms])[a-z]{2,}$/, unit)] ?? NaN)
  }
  return Number.isFinite(ms) ? ms : undefined
}

const unit = (_word: string, start: string): string => (start === 'milli' ? 'ms' : start)

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|\+00:00)$/i
// `Mon, 23 Nov 2026 05:00:00 GMT`, `Monday, 23-Nov-26 05:00:00 GMT` and `Mon Nov 23 05:00:00 2026`
const HTTP_DATE =
  /^\w+,? (?:(\d\d)[ -])?(\w{3})[ -]+(\d+) (\d\d):(\d\d):(\d\d) (?:gmt|utc|(\d{4}))$/i

/** Epoch ms of an HTTP date (all three forms of RFC 9110) or of an RFC 3339 timestamp in UTC. */
export function parseDate(text: string): number | undefined {
  const stamp = RFC_3339.exec(text)
  if (stamp) return epoch(stamp[1]!, Number(stamp[2]), stamp[3]!, stamp)
  const date = HTTP_DATE.exec(text)
  if (!date) return undefined
  // In asctime's form the day stands where the others have their year.
  const [, day, name = '', dayOrYear = '', , , , year] = date
  const month = 'janfebmaraprmayjunjulaugsepoctnovdec'.indexOf(name.toLowerCase()) / 3 + 1
  return epoch(year ?? dayOrYear, month, day ?? dayOrYear, date)
}

/** Days from civil (Howard Hinnant): core calls no `Date`, whose parser also reads what is no date. */
function epoch(
  year: string,
  month: number,
  day: string,
  clock: readonly string[],
): number | undefined {
  // RFC 850 has two digits: no hint reaches back to the last century.
  const y = Number(year) + (year.length < 3 ? 2000 : 0) - (month < 3 ? 1 : 0)
  const days =
    Math.floor(y * 365.25) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * ((month + 9) % 12) + 2) / 5) +
    Number(day) -
    719_469
  const [hours, minutes, seconds] = clock.slice(4, 7).map(Number)
  const ms = (((days * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000
  return month % 1 === 0 && month > 0 ? ms : undefined
}
