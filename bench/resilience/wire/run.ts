import type { Ask, Means } from '../contender.ts'
import { Engine } from '../engine/engine.ts'
import { arrivalsOf } from '../load.ts'
import { follow } from '../outcome.ts'
import type { Scenario } from '../scenario.ts'
import type { RunResult } from '../virtual/run.ts'
import { startServer } from './server.ts'
import { speedUp } from './time.ts'

const { fetch } = globalThis

/** One incident, one contender, over real sockets on loopback, `speed` times as fast as life. */
export const runWire = async (
  speed: number,
  scenario: Scenario,
  build: (means: Means) => Ask,
  seed: number,
): Promise<RunResult> => {
  const slowDown = speedUp(speed)
  const engine = new Engine(scenario, seed)
  const startedAt = performance.now()
  const server = await startServer(engine, startedAt)
  const means: Means = {
    fetch,
    urls: {
      primary: `${server.url}/primary/v1`,
      ...(scenario.providers.fallback && { fallback: `${server.url}/fallback/v1` }),
    },
    deadlineMs: scenario.deadlineMs,
    engine,
  }
  const clients = Array.from({ length: scenario.clients ?? 1 }, () => build(means))
  const outcomes = await Promise.all(
    arrivalsOf(scenario, seed).map(async (arrival) => {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, startedAt + arrival.atMs - performance.now())
      })
      return follow(clients[arrival.index % clients.length]!, scenario, arrival)
    }),
  )
  await server.close()
  slowDown()
  return { outcomes, attempts: engine.log }
}
