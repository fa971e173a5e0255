import { describe, expect, it } from 'vitest'

import type { ProviderName, Scenario } from '../scenario.ts'
import { SCENARIOS } from '../scenarios.ts'
import { isRight, questionOf } from './answer.ts'
import type { ChatBody } from './bodies.ts'
import { ANSWER_COST, Engine } from './engine.ts'
import type { Reply } from './reply.ts'

const scenario = (id: string): Scenario => SCENARIOS.find((one) => one.id === id)!
const ask = (key: string, stream = false): ChatBody => ({
  messages: [{ role: 'user', content: questionOf(key) }],
  stream,
})
const textOf = ({ frames }: Reply): string =>
  frames
    .flatMap(({ data }) => [...data.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)])
    .map(([, text]) => JSON.parse(`"${text}"`) as string)
    .join('')

describe('common random numbers', () => {
  it('gives attempt n of a request the same fate, whoever asked before and whenever', () => {
    const statuses = (engine: Engine, keys: readonly string[]): number[] =>
      keys.map((key) => engine.handle('primary', ask(key), 100_000).attempt.status)
    const keys = Array.from({ length: 200 }, (_, i) => `r${i}`)
    const forwards = statuses(new Engine(scenario('a2'), 1), keys)
    const backwards = statuses(new Engine(scenario('a2'), 1), keys.toReversed()).toReversed()
    expect(forwards).toStrictEqual(backwards)
    expect(statuses(new Engine(scenario('a2'), 2), keys)).not.toStrictEqual(forwards)
  })

  it('fails as often as the scenario says', () => {
    const engine = new Engine(scenario('a2'), 1)
    const failures = (atMs: number, provider: ProviderName): number => {
      let count = 0
      for (let i = 0; i < 4_000; i++)
        if (engine.handle(provider, ask(`${atMs}-${i}`), atMs).attempt.status !== 200) count++
      return count / 4_000
    }
    expect(failures(0, 'primary')).toBe(0)
    expect(failures(100_000, 'primary')).toBeCloseTo(0.25, 1)
    expect(failures(100_000, 'fallback')).toBeCloseTo(0.01, 2)
  })

  it('lets the clairvoyant see what then happens', () => {
    const engine = new Engine(scenario('h'), 3)
    for (let i = 0; i < 300; i++) {
      const { fate, durationMs } = engine.foresee('primary', `r${i}`, 0, 1_000)
      const { reply } = engine.handle('primary', ask(`r${i}`), 1_000)
      expect(reply.headersAtMs).toBe(durationMs)
      expect(isRight(`r${i}`, textOf(reply))).toBe(fate.kind === 'answer')
    }
  })
})

describe('limits', () => {
  it('admits a burst of five, then ten a second, and says so in the headers', () => {
    const engine = new Engine(scenario('m'), 1)
    const at = (ms: number, i: number): Reply =>
      engine.handle('primary', ask(`${ms}-${i}`), ms).reply
    const first = Array.from({ length: 5 }, (_, i) => at(0, i))
    expect(first.map(({ status }) => status)).toStrictEqual([200, 200, 200, 200, 200])
    expect(first[0]!.headers).toMatchObject({
      'x-ratelimit-limit-requests': '600',
      'x-ratelimit-remaining-requests': '4',
      'x-ratelimit-reset-requests': '100ms',
    })
    const rejected = at(0, 5)
    expect(rejected.status).toBe(429)
    expect(rejected.headers).toMatchObject({ 'retry-after': '1' })
    expect(at(100, 0).status).toBe(200)
  })

  it('takes half a token for a rejection, so that resending makes it last', () => {
    const engine = new Engine(scenario('m'), 1)
    const status = (ms: number, key: string): number =>
      engine.handle('primary', ask(key), ms).attempt.status
    for (let i = 0; i < 5; i++) status(0, `r${i}`)
    expect(status(60, 'x')).toBe(429)
    expect(status(110, 'y')).toBe(429)
    expect(engine.readyInMs('primary', 300)).toBe(0)
  })

  it('executes what its clients have abandoned: the queue of a cold provider grows by every request', () => {
    const engine = new Engine(scenario('c2'), 1)
    const at = 241_000
    const waits = Array.from({ length: 9 }, (_, i) => {
      engine.handle('primary', ask(`r${i}`), at)
      return engine.readyInMs('primary', at)
    })
    expect(waits.at(-1)).toBeCloseTo(3_000)
  })
})

describe('billing and the books', () => {
  it('bills whole answers in full, rejections and silence not at all', () => {
    const engine = new Engine(scenario('c1'), 1)
    for (let i = 0; i < 50; i++) engine.handle('primary', ask(`r${i}`), 100_000)
    engine.handle('fallback', ask('r0'), 100_000)
    const bill = engine.log.map(({ cost }) => cost)
    expect(bill).toStrictEqual([...Array.from({ length: 50 }, () => 0), ANSWER_COST])
    expect(engine.log.filter(({ toTheDead }) => toTheDead)).toHaveLength(50)
  })

  it('answers streams as streams only, so that no contender can go round a scenario', () => {
    expect(() => new Engine(scenario('f'), 1).handle('primary', ask('r1'), 0)).toThrow('streams')
    expect(() => new Engine(scenario('a'), 1).handle('primary', ask('r1', true), 0)).toThrow(
      'whole',
    )
  })
})

describe('streams', () => {
  const broken = Array.from({ length: 3_000 }, (_, i) => {
    const key = `r${i}`
    const engine = new Engine(scenario('f'), 1)
    const { fate } = engine.foresee('primary', key, 0, 0)
    return { key, fate, reply: engine.handle('primary', ask(key, true), 0).reply }
  })
  const of = (kind: string): typeof broken => broken.filter(({ fate }) => fate.kind === kind)

  it.each(['reset', 'eof', 'length', 'error-frame'])('a %s leaves a wrong text behind', (kind) => {
    expect(of(kind).length).toBeGreaterThan(10)
    for (const { key, reply } of of(kind)) {
      expect(textOf(reply)).not.toBe('')
      expect(isRight(key, textOf(reply))).toBe(false)
    }
  })

  it('only a whole one says stop and is right', () => {
    const stops = broken.filter(({ reply }) =>
      reply.frames.some(({ data }) => data.includes('"finish_reason":"stop"')),
    )
    expect(stops).toStrictEqual(of('answer'))
    for (const { key, reply } of stops) expect(isRight(key, textOf(reply))).toBe(true)
  })
})
