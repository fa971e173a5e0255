import { health, pipeline } from '@holdfast/core'
import { fail, hang, httpError, script, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { circuitBreaker, circuitsOf, CircuitOpenError, type CircuitBreaker } from './index.ts'

const down = fail(httpError(503))
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

describe('what the house knows', () => {
  /** Pipelines that share a breaker, each with a house of its own. */
  const shared = (breaker: CircuitBreaker, ...steps: unknown[]) => {
    const clock = testClock(5_000)
    const provider = script<string, unknown>(...(steps as [unknown]))
    const house = () => {
      const known = health()
      const chat = pipeline(provider, [breaker], { provider: 'p', clock, health: known })
      return { known, chat }
    }
    return { clock, provider, mine: house(), yours: house() }
  }

  test('every house that heard of an open circuit hears that it is closed', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const { clock, mine, yours } = shared(breaker, down, 'fine')
    await outcome(mine.chat('opens'))
    await outcome(yours.chat('is rejected'))
    expect(yours.known.of('p').state).toBe('open')
    await clock.advance(1_000)
    await mine.chat('closes')
    expect(yours.known.of('p')).toMatchObject({ state: 'healthy', until: 0 })
  })

  test('a target that was isolated is healthy again at once when that is lifted', async () => {
    const breaker = circuitBreaker()
    const { mine } = shared(breaker, 'fine')
    const lift = circuitsOf(breaker).isolate()
    await outcome(mine.chat('is rejected'))
    expect(mine.known.of('p').state).toBe('banned')
    lift()
    expect(mine.known.of('p')).toMatchObject({ state: 'healthy', until: 0 })
    expect(await mine.chat('hi')).toBe('fine')
  })

  test('T50 lifting an isolation tells of the break of before', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 60_000 })
    const { mine, clock } = shared(breaker, down)
    await outcome(mine.chat('opens'))
    const lift = circuitsOf(breaker).isolate('p')
    await outcome(mine.chat('is rejected'))
    lift()
    expect(mine.known.of('p')).toMatchObject({ state: 'open', until: clock.now() + 60_000 })
  })

  test('a break that is shorter than the wait for a probe is told as it is', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 100 })
    const { mine, clock } = shared(breaker, down, down)
    await outcome(mine.chat('opens'))
    await clock.advance(100)
    await outcome(mine.chat('probes'))
    expect(mine.known.of('p').until).toBe(clock.now() + 100)
  })

  test('T49 a snapshot that knows better is told to all who have heard otherwise', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1 })
    const { mine } = shared(breaker, 'fine', down)
    await mine.chat('hi')
    const well = circuitsOf(breaker).snapshot()
    await outcome(mine.chat('opens'))
    expect(mine.known.of('p').state).toBe('open')
    circuitsOf(breaker).restore(well)
    expect(mine.known.of('p')).toMatchObject({ state: 'healthy', until: 0 })
  })

  test('T45 while a probe takes long, whoever is rejected keeps others away', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const { mine, clock } = shared(breaker, down, hang())
    await outcome(mine.chat('opens'))
    await clock.advance(1_000)
    void outcome(mine.chat('probes'))
    await clock.advance(5_000)
    expect(CircuitOpenError.is(await outcome(mine.chat('is rejected')))).toBe(true)
    expect(mine.known.isReady('p', clock.now())).toBe(false)
  })

  test('the circuit of one key says nothing about a target that serves other keys well', async () => {
    const clock = testClock()
    const known = health()
    const breaker = circuitBreaker({ key: (ctx) => String(ctx.request) })
    const call = async (tenant: string): Promise<string> => {
      if (tenant === 'revoked') throw httpError(401)
      return 'fine'
    }
    const chat = pipeline(call, [breaker], { provider: 'p', clock, health: known })
    await chat('tenant')
    await outcome(chat('revoked'))
    expect(circuitsOf(breaker).state('revoked')).toBe('open')
    expect(known.isReady('p', clock.now())).toBe(true)
    expect(known.of('p').state).toBe('healthy')
  })

  test('targets that share a circuit are healthy together', async () => {
    const clock = testClock()
    const known = health()
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000, key: () => 'region' })
    const house = { clock, health: known, provider: 'p', model: (model: string) => model }
    const chat = pipeline(script<string, unknown>(down, 'fine'), [breaker], house)
    await outcome(chat('one'))
    await outcome(chat('other'))
    expect([known.of('p/one').state, known.of('p/other').state]).toEqual(['open', 'open'])
    await clock.advance(1_000)
    await chat('other')
    expect([known.of('p/one').state, known.of('p/other').state]).toEqual(['healthy', 'healthy'])
  })
})
