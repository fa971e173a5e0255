import type { Gauges } from '../gauges.ts'
import type { Series, SeriesTable } from '../series.ts'
import type { Counts } from '../tally.ts'
import type { Condition, Finding } from './alert.ts'

/** What conditions are looked up in. */
export interface Watched {
  readonly routes: SeriesTable
  readonly gauges: Gauges
  /** The routes whose client is known to retry by itself. */
  readonly stacked: ReadonlySet<string>
}

/** Everything for which this condition holds at this moment, in monotonic milliseconds. */
export const find = (when: Condition, watched: Watched, now: number): readonly Finding[] => {
  switch (when.kind) {
    case 'error-rate':
      return routes(watched, (series) => {
        const { stayed, failed } = countsOf(series, now, when.windowMs)
        const rate = failed / stayed
        return stayed >= when.minSamples && rate > when.above ? rate : undefined
      })
    case 'last-option':
      return routes(watched, (series) => {
        const { lastOption } = countsOf(series, now, when.windowMs)
        return lastOption > 0 ? lastOption : undefined
      })
    case 'slower':
      return routes(watched, (series) => slower(series, now, when))
    case 'unknown-rising':
      return routes(watched, (series) => rising(series, now, when))
    case 'cost-rate': {
      let usd = 0
      for (const [, series] of watched.routes.entries())
        usd += countsOf(series, now, when.windowMs).usd
      const usdPerHour = usd * (3_600_000 / when.windowMs)
      return usdPerHour > when.usdPerHour ? [{ key: '*', value: usdPerHour }] : []
    }
    case 'circuit-open':
      return Object.entries(watched.gauges.circuits(now))
        .filter(
          ([, { state, fault }]) =>
            state !== 'closed' &&
            (when.faults === undefined || (fault !== undefined && when.faults.includes(fault))),
        )
        .map(([key, { timesOpened }]) => ({ key, value: timesOpened }))
    case 'budget-spent':
      return Object.entries(watched.gauges.budgets(now))
        .map(([key, { spentShare }]) => ({ key, value: spentShare }))
        .filter(({ value }) => value >= when.above)
    case 'retries-stacked':
      return [...watched.stacked].map((key) => ({ key, value: 1 }))
    default:
      return when satisfies never
  }
}

const routes = (
  { routes: table }: Watched,
  measure: (series: Series) => number | undefined,
): Finding[] => {
  const findings: Finding[] = []
  for (const [key, series] of table.entries()) {
    const value = measure(series)
    if (value !== undefined) findings.push({ key, value })
  }
  return findings
}

type Summed = Pick<Counts, 'failed' | 'lastOption' | 'usd'> & {
  /** Calls whose callers waited for the end. */
  stayed: number
  unknown: number
  succeeded: number
  sumMs: number
}

/** The few numbers that rules ask for, without merging sketches. */
const countsOf = ({ recent }: Series, now: number, windowMs: number): Summed => {
  const sum = { stayed: 0, failed: 0, lastOption: 0, usd: 0, unknown: 0, succeeded: 0, sumMs: 0 }
  for (const { counts, faults, latency } of recent.between(now, windowMs)) {
    sum.stayed += counts.ended - counts.aborted
    sum.failed += counts.failed
    sum.lastOption += counts.lastOption
    sum.usd += counts.usd
    sum.unknown += faults.unknown ?? 0
    sum.succeeded += latency.count
    sum.sumMs += latency.sum
  }
  return sum
}

type Compared = Extract<Condition, { readonly baselineMs: number }>

/** The hour that went before the window. */
const before = (
  { hour }: Series,
  now: number,
  { windowMs, baselineMs }: Compared,
): { succeeded: number; sumMs: number; unknown: number } => {
  const sum = { succeeded: 0, sumMs: 0, unknown: 0 }
  for (const minute of hour.between(now, windowMs + baselineMs, windowMs)) {
    sum.succeeded += minute.succeeded
    sum.sumMs += minute.sumMs
    sum.unknown += minute.unknown
  }
  return sum
}

/** How many times as slow; both sides must be worth a mean. */
const slower = (series: Series, now: number, when: Compared): number | undefined => {
  const recent = countsOf(series, now, when.windowMs)
  if (recent.succeeded < when.minSamples) return undefined
  const hour = before(series, now, when)
  if (hour.succeeded < when.minSamples || hour.sumMs === 0) return undefined
  const times = recent.sumMs / recent.succeeded / (hour.sumMs / hour.succeeded)
  return times >= when.factor ? times : undefined
}

/** How many times as often; one in the hour before is taken for the least, so that the first five are news. */
const rising = (series: Series, now: number, when: Compared): number | undefined => {
  const { unknown } = countsOf(series, now, when.windowMs)
  if (unknown < when.minSamples) return undefined
  const usual = Math.max(1, before(series, now, when).unknown) * (when.windowMs / when.baselineMs)
  return unknown / usual >= when.factor ? unknown / usual : undefined
}
