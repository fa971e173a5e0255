import { pipeline, type Next } from '@holdfast/core'
import { httpError, testClock } from '@holdfast/testing'
import { describe, expect, test, vi } from 'vitest'

import { limits } from './limits.ts'
import { pace } from './pace.ts'

const PER_MINUTE = 100_000
const RESERVED = 4_100
const USED = 400
const CALLS = 200

const DIALECT = {
  name: 'test',
  isResponse: () => true,
  modelOf: () => undefined,
  needs: () => ({ maxOutputTokens: 4_000 }),
  read: () => ({ usage: { inputTokens: 100, outputTokens: 300, source: 'reported' } }),
} as never

/** A provider that reserves what a request may use at most, and gives back what it did not, or does not. */
const provider = (givesBack: boolean) => {
  const clock = testClock()
  let level = PER_MINUTE
  let at = 0
  const seen = { refused: 0, served: 0 }
  const wait = (ms: number): Promise<void> => new Promise((done) => void clock.after(ms, done))
  const told = (): object => {
    level = Math.min(PER_MINUTE, level + ((clock.now() - at) * PER_MINUTE) / 60_000)
    at = clock.now()
    return {
      'x-ratelimit-limit-tokens': String(PER_MINUTE),
      'x-ratelimit-remaining-tokens': String(Math.max(0, Math.floor(level))),
    }
  }
  const call = async (): Promise<object> => {
    const headers = told()
    if (level < RESERVED) {
      seen.refused++
      await wait(50)
      throw httpError(429, { headers: { ...headers, 'retry-after': '1' } })
    }
    level -= RESERVED
    const after = told()
    await wait(3_000)
    told()
    if (givesBack) level += RESERVED - USED
    seen.served++
    return { headers: after }
  }
  return { clock, call, seen }
}

const again = async (_: unknown, next: Next<string, object>): Promise<object> => {
  for (;;)
    try {
      return await next({ attempt: 1 })
    } catch (error) {
      if ((error as { status?: number }).status !== 429) throw error
    }
}

describe('tokens', () => {
  test.each([
    // 820,000 tokens, less the bucket that is there: 432 s.
    ['nothing (OpenAI)', false, 440],
    // What limits it is how many fit into the bucket at once: 24 in 3 s.
    ['what was not used', true, 60],
  ])(
    'R-78 a provider that gives back %s is asked for what it takes and hardly refuses',
    async (_, givesBack, withinS) => {
      const { clock, call, seen } = provider(givesBack)
      const shared = limits({ maxWaitMs: Infinity, estimateTokens: () => RESERVED })
      const ask = pipeline(call, [again, pace(shared)], { clock, dialect: DIALECT })
      const all = Array.from({ length: CALLS }, () => ask('hi'))
      for (let second = 0; second < withinS; second++) await clock.advance(1_000)
      expect(seen.served).toBe(CALLS)
      expect(seen.refused).toBeLessThan(10)
      await Promise.all(all)
    },
  )

  test('a limit of tokens that is told while calls wait holds for them, too', async () => {
    const clock = testClock()
    const estimateTokens = vi.fn(() => 5_000)
    const shared = limits({ maxConcurrent: 1, estimateTokens, maxWaitMs: Infinity })
    let sent = 0
    const call = async (): Promise<object> => {
      sent++
      await new Promise<void>((done) => void clock.after(100, done))
      const headers = {
        'x-ratelimit-limit-tokens': '10000',
        'x-ratelimit-remaining-tokens': String(10_000 - 5_000 * sent),
      }
      return { headers }
    }
    const ask = pipeline(call, [pace(shared)], { clock })
    const all = Array.from({ length: 4 }, () => ask('hi'))
    expect(estimateTokens).not.toHaveBeenCalled()
    await clock.advance(20_000)
    expect(sent).toBe(2)
    await clock.advance(90_000)
    await Promise.all(all)
    expect(sent).toBe(4)
  })

  test('what was refused has used no tokens', async () => {
    const clock = testClock()
    let calls = 0
    const call = async (): Promise<string> => {
      if (++calls === 1) throw httpError(429, { headers: { 'retry-after': '1' } })
      return 'ok'
    }
    const shared = limits({ tokensPerMinute: 10_000, estimateTokens: () => 5_000 })
    const ask = pipeline(call, [pace(shared)], { clock })
    await ask('1').catch(() => {})
    await clock.advance(1_100)
    const rest = Promise.all([ask('2'), ask('3')])
    // The rate is found by trying now; ten thousand tokens would take half a minute longer.
    await clock.advance(5_000)
    expect(await rest).toStrictEqual(['ok', 'ok'])
  })

  test('your own ceiling holds below a limit of which more is left', async () => {
    const clock = testClock()
    let sent = 0
    const headers = {
      'x-ratelimit-limit-tokens': '1000000',
      'x-ratelimit-remaining-tokens': '999000',
    }
    const call = async (): Promise<object> => (sent++, { headers })
    const shared = limits({ tokensPerMinute: 10_000, estimateTokens: () => 1_000 })
    const ask = pipeline(call, [pace(shared)], { clock })
    for (let i = 0; i < 40; i++) void ask('hi').catch(() => {})
    await clock.advance(30_000)
    expect(sent).toBe(15)
    await clock.advance(60_000)
  })

  test('an estimate that throws does not fail the call, nor those that wait with it', async () => {
    const clock = testClock()
    const estimateTokens = (): number => {
      throw new Error('no tokenizer')
    }
    const shared = limits({ tokensPerMinute: 600, estimateTokens, maxWaitMs: Infinity })
    const ask = pipeline(async (prompt: string) => prompt, [pace(shared)], { clock })
    const all = Promise.all(['1', '2', '3'].map((prompt) => ask(prompt)))
    await clock.advance(120_000)
    expect(await all).toStrictEqual(['1', '2', '3'])
  })
})
