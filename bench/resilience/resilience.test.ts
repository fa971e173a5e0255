import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { noRetry } from './contenders/openai.ts'
import { oracle } from './contenders/oracle.ts'
import { metricsOf, type Metrics } from './metrics.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'
import { runVirtual, type RunResult } from './virtual/run.ts'
import { VirtualTime } from './virtual/time.ts'

const time = new VirtualTime()
beforeAll(() => time.install())
afterAll(() => time.uninstall())

/** The first two minutes of an incident: half of them are in its window. */
const scenario = (id: string): Scenario => {
  const found = SCENARIOS.find((one) => one.id === id)!
  const [from, to] = found.window
  const seconds = Math.min(found.seconds, 120)
  return { ...found, seconds, window: [from, Math.min(to, Math.max(seconds, 1))] }
}
const run = async (id: string, contender = oracle, seed = 5): Promise<RunResult> =>
  runVirtual(time, scenario(id), await contender.load(), seed)
const measured = async (id: string, contender = oracle): Promise<Metrics> => {
  const { outcomes, attempts } = await run(id, contender)
  return metricsOf(scenario(id), outcomes, attempts)
}

describe('a run', { timeout: 60_000 }, () => {
  it('is the same to the last bit when it is made again, whatever was run in between', async () => {
    const first = await run('a2', noRetry)
    await run('h', noRetry)
    expect(await run('a2', noRetry)).toStrictEqual(first)
  })

  it('differs by its seed', async () => {
    expect(await run('a', noRetry, 6)).not.toStrictEqual(await run('a', noRetry, 7))
  })
})

describe('the oracle', { timeout: 60_000 }, () => {
  it.each(['a', 'b', 'm', 'd', 'f', 'h', 'i1', 'j'])(
    'answers every call of %s with one request each',
    async (id) => {
      expect(await measured(id)).toMatchObject({ goodput: 1, amplification: 1, waste: 0 })
    },
  )

  it('is bound by the limit alone when all come at once', async () => {
    // (300 - 5) / 10 a second, and the time of one answer.
    const { makespan } = await measured('m')
    expect(makespan).toBeGreaterThan(29.5)
    expect(makespan).toBeLessThan(33)
  })
})

describe('a client without retries', { timeout: 60_000 }, () => {
  // What follows from the scenario alone, within what chance does to some 240 calls.
  it.each([
    ['a', 0.95],
    ['a2', 0.75],
    ['d', 0.8],
    ['h', 0.83],
    ['i1', 0],
    ['j', 0.5],
    ['k', 0],
  ])('gets in the window of %s what the scenario leaves it', async (id, expected) => {
    const { windowGoodput, amplification } = await measured(id, noRetry)
    expect(Math.abs(windowGoodput - expected)).toBeLessThan(0.1)
    expect(amplification).toBe(1)
  })

  it('gets of 300 calls at once as many as the burst holds', async () => {
    expect((await measured('m', noRetry)).goodput).toBe(5 / 300)
  })

  it('takes streams that were cut for answers in f', async () => {
    const { silentBad, goodput } = await measured('f', noRetry)
    expect(silentBad).toBeGreaterThan(0.01)
    expect(silentBad + goodput).toBeLessThan(1)
  })
})
