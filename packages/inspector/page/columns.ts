import type { Point } from '../src/seen.ts'

/** The points as a chart wants them: columns over the seconds, gaps where nothing was measured. */
export interface Columns {
  /** Seconds since 1970. */
  readonly at: number[]
  readonly calls: number[]
  readonly failed: number[]
  readonly p50: (number | null)[]
  readonly p95: (number | null)[]
  readonly p99: (number | null)[]
  readonly running: number[]
}

/** The columns of one route; `''` is all of them. */
export const columnsOf = (points: readonly Point[], route: string): Columns => {
  const columns: Columns = { at: [], calls: [], failed: [], p50: [], p95: [], p99: [], running: [] }
  for (const { at, running, routes } of points) {
    const [calls, failed, p50, p95, p99] = routes[route] ?? [0, 0, null, null, null, 0]
    columns.at.push(at / 1_000)
    columns.calls.push(calls)
    columns.failed.push(failed)
    columns.p50.push(p50)
    columns.p95.push(p95)
    columns.p99.push(p99)
    columns.running.push(running)
  }
  return columns
}

/** The last `seconds` of a route in one number each. */
export const lately = (
  points: readonly Point[],
  route: string,
  seconds: number,
): {
  readonly perSecond: number
  readonly failed: number
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly usdPerHour: number
} => {
  let calls = 0
  let failed = 0
  let usd = 0
  const medians: number[] = []
  const slow: number[] = []
  for (const { routes } of points.slice(-seconds)) {
    const second = routes[route]
    if (second === undefined) continue
    calls += second[0]
    failed += second[1]
    usd += second[5]
    if (second[2] !== null) medians.push(second[2])
    if (second[3] !== null) slow.push(second[3])
  }
  const span = Math.max(1, Math.min(seconds, points.length))
  const middle = (values: number[]): number | undefined =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
  return {
    perSecond: calls / span,
    failed: calls === 0 ? 0 : failed / calls,
    p50: middle(medians),
    p95: middle(slow),
    usdPerHour: (usd / span) * 3_600,
  }
}
