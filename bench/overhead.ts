/**
 * What holdfast costs on top of a call, next to others; see README.md for the method.
 *
 *     pnpm bench:overhead [--json]
 */
import { execFileSync } from 'node:child_process'

import { cases } from './overhead/cases.ts'
import type { Counters } from './overhead/counters.ts'
import { goalsOf } from './overhead/goals.ts'
import { measure, median, ratio, ratioOfFastest } from './overhead/measure.ts'
import { sharedSignalRatio } from './overhead/shared-signal.ts'
import { print } from './overhead/table.ts'

const ROUNDS = 31

const count = (): Counters => {
  const script = new URL('overhead/counters.ts', import.meta.url).pathname
  return JSON.parse(
    execFileSync(process.execPath, [...process.execArgv, script], { encoding: 'utf8' }),
  ) as Counters
}

const sampled = await measure(cases(), ROUNDS)
const [bare] = sampled
if (bare === undefined) throw new Error('nothing was measured')
const round = (value: number): number => Math.round(value * 100) / 100
const rows = sampled.map((one) => ({
  case: one.case,
  contender: one.contender,
  nsPerCall: Math.round(median(one.samples)),
  ratioToBare: round(ratio(one, bare)),
  ratioOfFastest: round(ratioOfFastest(one, bare)),
  bytesPerCall: Math.round(one.bytesPerCall),
}))
const counters = { ...count(), sharedSignalRatio: round(await sharedSignalRatio()) }
const goals = goalsOf(sampled, counters)
const result = { node: process.version, rounds: ROUNDS, rows, counters, goals }

if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2))
else print(result)
