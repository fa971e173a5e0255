import type { Metrics } from './metrics.ts'

/** The mean over the seeds, by scenario and contender. */
export interface Results {
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, Metrics>>>>
  readonly seeds: readonly number[]
}

/** One contender over all scenarios, next to the bound on the same trace. */
export interface Standing {
  readonly contender: string
  /** Mean of goodput over the oracle's. */
  readonly goodput: number
  /** The same, divided by the load per good answer over the oracle's, where that is more. */
  readonly loadAdjusted: number
  /** Scenarios within 0.1 % of the oracle. */
  readonly level: number
  readonly of: number
  readonly worst: { readonly scenario: string; readonly goodput: number }
}

const LEVEL = 0.999

/** Undefined without an oracle to compare with. */
export const standingOf = ({ scenarios }: Results, contender: string): Standing | undefined => {
  const ratios: { scenario: string; goodput: number; loadAdjusted: number }[] = []
  for (const [scenario, { [contender]: mine, oracle }] of Object.entries(scenarios)) {
    if (mine === undefined || oracle === undefined) return undefined
    const goodput = mine.goodput / oracle.goodput
    // A cache can send less than the oracle, which has none of fresh answers: that makes up for nothing elsewhere.
    const load = Math.max(1, mine.perSuccess / oracle.perSuccess)
    ratios.push({ scenario, goodput, loadAdjusted: mine.goodput === 0 ? 0 : goodput / load })
  }
  const [worst] = ratios.toSorted((a, b) => a.goodput - b.goodput)
  if (worst === undefined) return undefined
  const mean = (pick: (one: (typeof ratios)[number]) => number): number =>
    ratios.reduce((sum, one) => sum + pick(one), 0) / ratios.length
  return {
    contender,
    goodput: mean((one) => one.goodput),
    loadAdjusted: mean((one) => one.loadAdjusted),
    level: ratios.filter((one) => one.goodput >= LEVEL).length,
    of: ratios.length,
    worst,
  }
}

export const contendersOf = ({ scenarios }: Results): readonly string[] => [
  ...new Set(Object.values(scenarios).flatMap((row) => Object.keys(row))),
]

/** Several results as one; of two with the same row the later one counts. */
export const merged = (parts: readonly Results[]): Results => {
  const scenarios: Record<string, Record<string, Metrics>> = {}
  for (const part of parts)
    for (const [id, row] of Object.entries(part.scenarios))
      Object.assign((scenarios[id] ??= {}), row)
  return { scenarios, seeds: [...new Set(parts.flatMap(({ seeds }) => seeds))] }
}
