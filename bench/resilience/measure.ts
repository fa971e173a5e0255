import type { Ask, Means } from './contender.ts'
import { meanOf, metricsOf, type Metrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import { line } from './report/progress.ts'
import { timeline } from './report/timeline.ts'
import type { Results } from './results.ts'
import type { Scenario } from './scenario.ts'
import type { Settings } from './settings.ts'
import { runVirtual, type RunResult } from './virtual/run.ts'
import { VirtualTime } from './virtual/time.ts'
import { runWire } from './wire/run.ts'

type Run = (scenario: Scenario, build: (means: Means) => Ask, seed: number) => Promise<RunResult>

/** Why requests failed, most frequent first. */
const tally = (outcomes: readonly Outcome[]): string => {
  const counts = new Map<string, number>()
  for (const { good, silentBad, error } of outcomes) {
    if (good) continue
    const why = silentBad ? 'passed for right' : (error ?? 'wrong')
    counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([why, count]) => `    ${count} × ${why}`)
    .join('\n')
}

/** Runs every contender through every scenario with every seed; progress goes to stderr. */
export const measure = async ({
  scenarios,
  contenders,
  seeds,
  wire,
  speed,
  errors,
  timeline: timed,
}: Settings): Promise<Results> => {
  const built = await Promise.all(
    contenders.map(async ({ name, load }) => [name, await load()] as const),
  )
  const time = new VirtualTime()
  const run: Run = wire
    ? (...args) => runWire(speed, ...args)
    : (...args) => runVirtual(time, ...args)
  if (!wire) time.install()

  // What a module throws dice for once, such as a prefix of its ids, is thrown before the first run that counts.
  const [first] = scenarios
  if (!wire && first !== undefined)
    for (const [, build] of built) await run({ ...first, seconds: 1 }, build, 0)

  const rows: Record<string, Record<string, Metrics>> = {}
  for (const scenario of scenarios) {
    const row: Record<string, Metrics> = (rows[scenario.id] = {})
    for (const [name, build] of built) {
      // The bound needs to see a request as it is sent, and the trace is the same: it has no use for sockets.
      if (wire && name === 'oracle') continue
      const before = process.cpuUsage()
      const runs: Metrics[] = []
      for (const seed of seeds) {
        const result = await run(scenario, build, seed)
        const { outcomes, attempts } = result
        runs.push(metricsOf(scenario, outcomes, attempts))
        if (timed) console.error(timeline(result))
        if (errors) console.error(tally(outcomes))
      }
      const { user, system } = process.cpuUsage(before)
      row[name] = meanOf(runs)
      console.error(line(scenario.id, name, row[name], (user + system) / 1e6 / seeds.length))
    }
  }
  time.uninstall()
  return { scenarios: rows, seeds }
}
