import { parseArgs } from 'node:util'

import type { Contender } from './contender.ts'
import { CONTENDERS } from './contenders/all.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIOS, VARIANTS } from './scenarios.ts'

/** What the command line asks for. */
export interface Settings {
  readonly scenarios: readonly Scenario[]
  readonly contenders: readonly Contender[]
  readonly seeds: readonly number[]
  /** Files of `--json`: shown again instead of running anything. Of two with the same row the later one counts. */
  readonly from: readonly string[]
  readonly output: 'table' | 'json' | 'markdown'
  /** Where the charts go; undefined for none. */
  readonly chartsTo: string | undefined
  /** Real sockets on loopback instead of virtual time. */
  readonly wire: boolean
  /** How many times as fast as life the wire is. A busy machine cannot keep up with much. */
  readonly speed: number
  /** A small set, held against `floors.ts`. */
  readonly quick: boolean
  /** Print why requests failed. */
  readonly errors: boolean
  /** Print what happened when. */
  readonly timeline: boolean
}

/** Those of the list that are named; a name that is not there is a mistake. */
const named = <T>(
  list: readonly T[],
  nameOf: (one: T) => string,
  names: string | undefined,
): T[] | undefined =>
  names?.split(',').map((name) => {
    const found = list.find((one) => nameOf(one) === name)
    if (found === undefined)
      throw new Error(`There is no ${name}; there are ${list.map(nameOf).join(', ')}`)
    return found
  })

/** Not those that the policies were tuned on. */
const SEEDS = '11,12,13'
const QUICK_SEEDS = '21'

export const readSettings = (args: readonly string[]): Settings => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      scenarios: { type: 'string' },
      contenders: { type: 'string' },
      from: { type: 'string' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      charts: { type: 'string' },
      wire: { type: 'boolean', default: false },
      speed: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      errors: { type: 'boolean', default: false },
      timeline: { type: 'boolean', default: false },
    },
  })
  const { quick, wire, errors, charts, json, markdown } = values
  const scenarios = [...SCENARIOS, ...VARIANTS]
  return {
    scenarios: named(scenarios, ({ id }) => id, values.scenarios) ?? SCENARIOS,
    contenders:
      named(
        CONTENDERS,
        ({ name }) => name,
        values.contenders ?? (quick ? 'holdfast,oracle' : undefined),
      ) ?? CONTENDERS,
    seeds: (values.seeds ?? (quick ? QUICK_SEEDS : SEEDS)).split(',').map(Number),
    from: values.from?.split(',') ?? [],
    output: json ? 'json' : markdown ? 'markdown' : 'table',
    chartsTo: charts,
    wire,
    speed: Number(values.speed),
    quick,
    errors,
    timeline: values.timeline,
  }
}
