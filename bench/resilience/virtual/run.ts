import type { Ask, Means } from '../contender.ts'
import { Engine, type Attempt } from '../engine/engine.ts'
import { arrivalsOf } from '../load.ts'
import { follow, type Outcome } from '../outcome.ts'
import type { Scenario } from '../scenario.ts'
import { virtualFetch } from './fetch.ts'
import type { VirtualTime } from './time.ts'

export interface RunResult {
  readonly outcomes: readonly Outcome[]
  readonly attempts: readonly Attempt[]
}

/** Nothing of a run may reach into the next one: what it has armed may run off, for this long. */
const AFTERMATH_MS = 600_000

/** One incident, one contender, in virtual time. */
export const runVirtual = async (
  time: VirtualTime,
  scenario: Scenario,
  build: (means: Means) => Ask,
  seed: number,
): Promise<RunResult> => {
  time.restart(seed)
  const engine = new Engine(scenario, seed)
  const means: Means = {
    fetch: virtualFetch(engine),
    urls: {
      primary: 'http://bench.invalid/primary/v1',
      ...(scenario.providers.fallback && { fallback: 'http://bench.invalid/fallback/v1' }),
    },
    deadlineMs: scenario.deadlineMs,
    engine,
  }
  const clients = Array.from({ length: scenario.clients ?? 1 }, () => build(means))
  const arrivals = arrivalsOf(scenario, seed)
  const outcomes: Outcome[] = []
  let finished = 0
  for (const arrival of arrivals) {
    const ask = clients[arrival.index % clients.length]!
    const begin = async (): Promise<void> => {
      outcomes[arrival.index] = await follow(ask, scenario, arrival)
      finished++
    }
    setTimeout(() => void begin(), arrival.atMs)
  }
  await time.run(() => finished === arrivals.length, Infinity)
  if (finished < arrivals.length) throw new Error('The run ended before its requests did')
  const attempts = engine.log.slice()
  await time.run(() => false, performance.now() + AFTERMATH_MS)
  return { outcomes, attempts }
}
