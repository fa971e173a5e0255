import { ANSWER_COST, type Attempt } from './engine/engine.ts'
import type { Outcome } from './outcome.ts'
import type { Scenario, Window } from './scenario.ts'

/** What one run came to: ratios 0..1, durations in seconds; null where a measure has no meaning. */
export interface Metrics {
  readonly goodput: number
  /** Of the requests that arrived in the window of the fault. */
  readonly windowGoodput: number
  readonly silentBad: number
  /** Upstream requests per logical request. */
  readonly amplification: number
  /** Upstream requests per good answer. */
  readonly perSuccess: number
  /** Most upstream requests within a second. */
  readonly peakRps: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** First text, the deadline for a request that got none; streams only. */
  readonly ttftP99: number | null
  /** Requests to a dead provider per logical request that arrived meanwhile. */
  readonly deadPerRequest: number | null
  /** From the onset until the provider gets less than a tenth of what is offered. */
  readonly detect: number | null
  /** From the provider's recovery to the arrival of the last request that fails. */
  readonly recover: number | 'never' | null
  /** From the provider's recovery until it serves at least half of the traffic. */
  readonly back50: number | null
  /** Billed beyond the one necessary answer, as a part of the useful cost. */
  readonly waste: number
  /** Streams whose text was taken back, per logical request. */
  readonly resets: number
  /** Good answers that were old ones and said so, per logical request. */
  readonly stale: number
  /** The time until the last good answer. */
  readonly makespan: number
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? NaN

const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)
const inside = (atMs: number, [from, to]: Window): boolean =>
  atMs >= from * 1_000 && atMs < to * 1_000

const peakRps = (attempts: readonly Attempt[]): number => {
  let peak = 0
  let first = 0
  attempts.forEach(({ atMs }, last) => {
    while ((attempts[first]?.atMs ?? Infinity) <= atMs - 1_000) first++
    peak = Math.max(peak, last - first + 1)
  })
  return peak
}

const WINDOW_SECONDS = 10

/** The first second from `from` on after which the primary's part of the offered load fits, for 10 s. */
const secondsUntil = (
  from: number,
  to: number,
  offered: readonly Outcome[],
  attempts: readonly Attempt[],
  fits: (part: number) => boolean,
): number | null => {
  for (let second = from; second <= to - WINDOW_SECONDS; second += 0.5) {
    const window: Window = [second, second + WINDOW_SECONDS]
    const arrived = offered.filter(({ arrival }) => inside(arrival.atMs, window)).length
    const sent = attempts.filter(
      ({ provider, atMs }) => provider === 'primary' && inside(atMs, window),
    ).length
    if (arrived > 0 && fits(sent / arrived)) return second - from
  }
  return null
}

/** Still failing this long before the end of the run: it never recovered. */
const NEVER_SECONDS = 10

export const metricsOf = (
  scenario: Scenario,
  outcomes: readonly Outcome[],
  attempts: readonly Attempt[],
): Metrics => {
  const { window, seconds, deadlineMs, stream, providers } = scenario
  const count = outcomes.length
  const good = outcomes.filter((one) => one.good)
  const took = ascending(good.map(({ tookMs }) => tookMs / 1_000))
  const first = ascending(outcomes.map(({ firstTextMs }) => (firstTextMs ?? deadlineMs) / 1_000))
  const dead = providers.primary.dead ?? []
  const whileDead = outcomes.filter(({ arrival }) =>
    dead.some((span) => inside(arrival.atMs, span)),
  ).length
  const toTheDead = attempts.filter((one) => one.toTheDead && one.provider === 'primary').length
  const inWindow = outcomes.filter(({ arrival }) => inside(arrival.atMs, window))
  const billed = attempts.reduce((sum, { cost }) => sum + cost, 0)

  const [onset, end] = window
  const ends = end < seconds
  const lastFailure = outcomes.findLast((one) => !one.good)?.arrival.atMs ?? 0
  const never = lastFailure / 1_000 > seconds - NEVER_SECONDS
  const oneOutage = dead.length === 1

  return {
    goodput: good.length / count,
    windowGoodput: inWindow.filter((one) => one.good).length / inWindow.length,
    silentBad: outcomes.filter((one) => one.silentBad).length / count,
    amplification: attempts.length / count,
    perSuccess: attempts.length / good.length,
    peakRps: peakRps(attempts),
    p50: quantile(took, 0.5),
    p95: quantile(took, 0.95),
    p99: quantile(took, 0.99),
    ttftP99: stream === true ? quantile(first, 0.99) : null,
    deadPerRequest: dead.length > 0 ? toTheDead / whileDead : null,
    detect: oneOutage ? secondsUntil(onset, end, outcomes, attempts, (part) => part < 0.1) : null,
    recover: !ends ? null : never ? 'never' : Math.max(0, lastFailure / 1_000 - end),
    back50:
      oneOutage && ends
        ? secondsUntil(end, seconds, outcomes, attempts, (part) => part >= 0.5)
        : null,
    waste: billed / (good.length * ANSWER_COST) - 1,
    resets: outcomes.filter(({ resets }) => resets > 0).length / count,
    stale: good.filter((one) => one.stale).length / count,
    makespan: Math.max(0, ...good.map(({ arrival, tookMs }) => arrival.atMs + tookMs)) / 1_000,
  }
}

/** The mean of several runs; what is no number in one of them is none in the mean. */
export const meanOf = (runs: readonly Metrics[]): Metrics => {
  const names = Object.keys(runs[0] ?? {}) as (keyof Metrics)[]
  const mean = (name: keyof Metrics): number | 'never' | null => {
    let sum = 0
    for (const { [name]: value } of runs) {
      if (typeof value !== 'number') return value
      sum += value
    }
    return sum / runs.length
  }
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as unknown as Metrics
}
