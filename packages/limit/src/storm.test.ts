import { pipeline, type Policy } from '@holdfast/core'
import { httpError, seededRandom, testClock, type TestClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { admit } from './admit.ts'
import { limits } from './limits.ts'
import { pace } from './pace.ts'

interface Told {
  readonly headers: boolean
}

/** A key of `perSecond` requests with a burst of five, whose rejections cost half a request, as OpenAI's do. */
const provider = (clock: TestClock, perSecond: number, told: Told, takesMs = 1_500) => {
  let level = 5
  let at = clock.now()
  const seen = { sent: 0, rejected: 0 }
  const call = async (): Promise<{ headers?: Record<string, string> }> => {
    seen.sent++
    const now = clock.now()
    level = Math.min(5, level + ((now - at) / 1_000) * perSecond)
    at = now
    const fits = level >= 1
    level = fits ? level - 1 : Math.max(0, level - 0.5)
    const headers: Record<string, string> = told.headers
      ? {
          'x-ratelimit-limit-requests': String(perSecond * 60),
          'x-ratelimit-remaining-requests': String(Math.floor(level)),
        }
      : {}
    await new Promise<void>((resolve) => void clock.after(fits ? takesMs : 100, resolve))
    if (fits) return { headers }
    seen.rejected++
    throw httpError(429, { headers: { ...headers, 'retry-after': '1' } })
  }
  return { call, seen }
}

/** Sends again what was refused for the rate, without a wait of its own. */
const again: Policy<string, unknown> = async (ctx, next) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await next({ attempt })
    } catch (error) {
      if (ctx.classify(error).kind !== 'rate-limited' || attempt > 10) throw error
    }
  }
}

const fanOut = async (headers: boolean, seed: number) => {
  const clock = testClock(1_000)
  const shared = limits()
  const { call, seen } = provider(clock, 10, { headers })
  const ask = pipeline(call, [admit(shared), again, pace(shared)], {
    clock,
    random: seededRandom(seed),
  })
  let served = 0
  let lastAt = 0
  const one = async (): Promise<void> => {
    await ask('hi', { deadline: clock.now() + 60_000 })
    served++
    lastAt = clock.now() - 1_000
  }
  const all = Array.from({ length: 300 }, one)
  await clock.advance(61_000)
  await Promise.allSettled(all)
  return { served, lastAt, amplification: seen.sent / 300, rejected: seen.rejected }
}

describe('three hundred calls at once for a key of ten per second', () => {
  test.each([1, 2, 3])('R-78 all are served at the pace of the headers (seed %s)', async (seed) => {
    const { served, lastAt, amplification } = await fanOut(true, seed)
    expect(served).toBe(300)
    expect(lastAt).toBeLessThan(1.1 * 31_000)
    expect(amplification).toBeLessThanOrEqual(1.05)
  })
  test.each([1, 2, 3])('without headers the pace is found by trying (seed %s)', async (seed) => {
    const { served, amplification } = await fanOut(false, seed)
    expect(served).toBe(300)
    expect(amplification).toBeLessThanOrEqual(1.4)
  })
})
