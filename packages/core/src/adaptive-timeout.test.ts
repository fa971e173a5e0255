import { hang, script, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { adaptiveTimeout, deadline, health, pipeline, type Policy } from './index.ts'

const limitWith = async ({
  p95,
  others = 0,
  deadlineMs = Infinity,
}: {
  p95?: number
  others?: number
  deadlineMs?: number
}): Promise<number> => {
  const clock = testClock()
  const known = health()
  if (p95 !== undefined) known.of('p').p95FirstContentMs = p95
  const rest: Policy<string, string> = (_ctx, next) => next({ alternatives: () => others })
  const handler = pipeline(
    script<string>(hang()),
    [deadline({ timeoutMs: deadlineMs }), rest, adaptiveTimeout()],
    { name: 'p', clock, health: known },
  )
  const startedAt = clock.now()
  const took: number[] = []
  void handler('hi').catch(() => took.push(clock.now() - startedAt))
  while (took.length === 0) await clock.advance(100)
  return took[0]!
}

describe('adaptiveTimeout', () => {
  test('the limit is four times what the target usually takes, within its bounds', async () => {
    expect(await limitWith({ p95: 1_000 })).toBeCloseTo(4_000, -3)
    expect(await limitWith({ p95: 100 })).toBeCloseTo(2_000, -3)
    expect(await limitWith({ p95: 50_000 })).toBeCloseTo(60_000, -3)
    expect(await limitWith({})).toBeCloseTo(60_000, -3)
  })

  test('R-68 R-70 with others to try it takes its share of the time; the last one may run to the deadline', async () => {
    expect(await limitWith({ others: 2, deadlineMs: 30_000 })).toBeCloseTo(10_000, -3)
    expect(await limitWith({ p95: 1_000, others: 2, deadlineMs: 30_000 })).toBeCloseTo(4_000, -3)
    expect(await limitWith({ p95: 1_000, deadlineMs: 30_000 })).toBeCloseTo(30_000, -3)
  })

  test('it learns from what it sees, and what timed out took at least that long', async () => {
    const clock = testClock()
    const known = health()
    let takes = 300
    const slow = async (): Promise<string> => {
      await new Promise<void>((resolve) => void clock.after(takes, resolve))
      return 'ok'
    }
    const handler = pipeline(slow, [adaptiveTimeout({ maxMs: 5_000 })], {
      name: 'p',
      clock,
      health: known,
    })
    const call = async (): Promise<void> => {
      const done = handler('hi').catch(() => {})
      await clock.advance(6_000)
      await done
    }
    for (let i = 0; i < 25; i++) await call()
    expect(known.of('p').p95TotalMs).toBeCloseTo(340, -2)
    takes = 60_000
    for (let i = 0; i < 25; i++) await call()
    expect(known.of('p').p95TotalMs).toBeGreaterThan(1_900)
  })

  test('a limit that the deadline cut short does not make the target look faster', async () => {
    const clock = testClock()
    const known = health()
    for (let i = 0; i < 25; i++) known.observe('p', 'firstContent', 8_000)
    const usual = known.of('p').p95FirstContentMs
    const rest: Policy<string, string> = (_ctx, next) => next({ alternatives: () => 2 })
    const handler = pipeline(
      script<string>(hang()),
      [deadline({ timeoutMs: 3_000 }), rest, adaptiveTimeout()],
      { name: 'p', clock, health: known },
    )
    for (let i = 0; i < 50; i++) {
      const done = handler('hi').catch(() => {})
      await clock.advance(3_000)
      await done
    }
    expect(known.of('p').p95FirstContentMs).toBe(usual)
  })

  test('its error tells whole milliseconds', async () => {
    const clock = testClock()
    const handler = pipeline(script<string>(hang()), [adaptiveTimeout({ maxMs: 2_000.123_4 })], {
      clock,
    })
    const error = handler('hi').catch(({ message }: Error) => message)
    await clock.advance(3_000)
    expect(await error).toBe('No answer within 2000 ms')
  })

  test('T23 a wrong option is refused with a sentence', () => {
    expect(() => adaptiveTimeout({ p95Times: 0 })).toThrow(/^adaptiveTimeout: p95Times must be /)
    expect(() => adaptiveTimeout({ minMs: 5_000, maxMs: 1_000 })).toThrow(
      'adaptiveTimeout: minMs must be at most maxMs (1000), got 5000',
    )
  })
})
