import { health, isHandler, pipeline, retryBudget, timeout, type Target } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { recordEvents, testClock, type TestClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { LimitedError } from './errors.ts'
import { limits } from './limits.ts'
import { pace } from './pace.ts'

const wait = (clock: TestClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve))
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

/** A provider of 100 ms that counts how many calls it has at once, and does not listen to its signal. */
const busy = (clock: TestClock, ms = 100) => {
  const seen = { running: 0, most: 0, done: [] as string[] }
  const call = async (prompt: string): Promise<string> => {
    seen.most = Math.max(seen.most, ++seen.running)
    try {
      if (prompt === 'throw') throw new Error('thrown')
      await wait(clock, ms)
      if (prompt === 'fail') throw new Error('failed')
      seen.done.push(prompt)
      return prompt
    } finally {
      seen.running--
    }
  }
  return { call, seen }
}

describe('pace', () => {
  test('T58 a slot is handed over in order, and a newcomer of the same tick does not overtake', async () => {
    const clock = testClock()
    const { call, seen } = busy(clock)
    const ask = pipeline(call, [pace(limits({ maxConcurrent: 1 }))], { clock })
    const all = [ask('1'), ask('2'), ask('3')]
    void all[0]!.then(() => all.push(ask('4')))
    await clock.advance(1_000)
    await Promise.all(all)
    expect(seen.done).toStrictEqual(['1', '2', '3', '4'])
    expect(seen.most).toBe(1)
  })

  test('T57 who leaves the queue is told at once, with the very reason, and takes no slot', async () => {
    const clock = testClock()
    const { call, seen } = busy(clock)
    const ask = pipeline(call, [pace(limits({ maxConcurrent: 1 }))], { clock })
    const abort = new AbortController()
    const first = ask('1')
    const second = caught(ask('2', { signal: abort.signal }))
    const third = ask('3')
    abort.abort('bored')
    expect(await second).toBe('bored')
    await clock.advance(200)
    await Promise.all([first, third])
    expect(seen.done).toStrictEqual(['1', '3'])
    expect(clock.pending).toBe(0)
  })

  test('T59 a slot is freed once, however a call ends, and never while its work goes on', async () => {
    const clock = testClock()
    const { call, seen } = busy(clock, 100)
    const shared = limits({ maxConcurrent: 1 })
    const ask = pipeline(call, [pace(shared), timeout({ timeoutMs: 30 })], { clock })
    // Each is given up on after 30 ms; the provider works on for 70 ms more, since it does not listen.
    const all = ['a', 'throw', 'fail', 'b'].map((prompt) => caught(ask(prompt)))
    await clock.advance(1_000)
    await Promise.all(all)
    expect(seen.most).toBe(1)
    expect(seen.running).toBe(0)
    const again = caught(ask('again'))
    await clock.advance(100)
    await again
    expect(seen.done).toStrictEqual(['a', 'b', 'again'])
  })

  test('T59 the slot of a stream is its own until the stream is over, or the consumer leaves', async () => {
    const clock = testClock()
    const started: string[] = []
    const open = streaming(async function* (prompt: string) {
      started.push(prompt)
      yield `${prompt} one`
      await wait(clock, 100)
      yield `${prompt} two`
    })
    const ask = pipeline(open, [pace(limits({ maxConcurrent: 1 }))], { clock })
    const first = await ask('1')
    const second = ask('2')
    const third = ask('3')
    await clock.advance(1_000)
    expect(started).toStrictEqual(['1'])
    const chunks: string[] = []
    const read = (async () => {
      for await (const chunk of first) chunks.push(chunk)
    })()
    await clock.advance(100)
    await read
    expect(chunks).toStrictEqual(['1 one', '1 two'])
    await (await second).cancel('enough')
    await clock.advance(200)
    await (await third).cancel('enough')
    expect(started).toStrictEqual(['1', '2', '3'])
  })

  test('R-41 a target that was gone is loaded step by step: four at once, one more with each answer', async () => {
    const clock = testClock()
    const { call, seen } = busy(clock)
    const house = health()
    const ask = pipeline(call, [pace(limits())], { clock, health: house, provider: 'acme' })
    await Promise.all([ask('usual'), clock.advance(100)])
    Object.assign(house.of('acme'), { state: 'open', until: 0 })
    await Promise.all([ask('probe'), clock.advance(100)])
    Object.assign(house.of('acme'), { state: 'healthy', until: 0 })
    const all = Array.from({ length: 30 }, (_, n) => ask(String(n)))
    const running: number[] = []
    for (let round = 0; round < 3; round++) {
      await clock.advance(50)
      running.push(seen.running)
      await clock.advance(50)
    }
    await clock.advance(1_000)
    await Promise.all(all)
    // The probe's own answer was the first step.
    expect(running).toEqual([5, 10, 15])
  })

  test('T60 what cannot start before the deadline is rejected at once, and says when to come back', async () => {
    const clock = testClock()
    const { call, seen } = busy(clock)
    const ask = pipeline(call, [pace(limits({ requestsPerMinute: 1 }))], { clock })
    const first = ask('1', { deadline: 60_000 })
    await clock.advance(100)
    await first
    const error = await caught(ask('2', { deadline: clock.now() + 5_000 }))
    expect(LimitedError.is(error)).toBe(true)
    expect(error).toMatchObject({
      reason: 'deadline',
      fault: { kind: 'limited', retryable: false, retryAfterMs: 59_900 },
    })
    expect(seen.done).toStrictEqual(['1'])
  })

  test('T60 a wait is bounded without a deadline, too, and so is the queue', async () => {
    const clock = testClock()
    const { call } = busy(clock, 100_000)
    const ask = pipeline(call, [pace(limits({ maxConcurrent: 1, maxWaitMs: 500, maxQueued: 1 }))], {
      clock,
    })
    void ask('1')
    const second = caught(ask('2'))
    expect(await caught(ask('3'))).toMatchObject({ reason: 'queue-full' })
    await clock.advance(500)
    expect(await second).toMatchObject({ reason: 'waited' })
  })

  test('where another target is free nobody waits for this one', async () => {
    const clock = testClock()
    const { call } = busy(clock)
    const elsewhere = (_: unknown, next: (over: object) => Promise<string>): Promise<string> =>
      next({ alternatives: () => 1 })
    const ask = pipeline(call, [elsewhere, pace(limits({ maxConcurrent: 1 }))], { clock })
    const first = ask('1')
    expect(await caught(ask('2'))).toMatchObject({ reason: 'busy' })
    await clock.advance(100)
    await first
  })

  test('R-78 a rejection for the rate pauses all who share the key', async () => {
    const clock = testClock()
    const times: number[] = []
    let rejects = true
    const call = async (): Promise<string> => {
      times.push(clock.now())
      if (!rejects) return 'ok'
      rejects = false
      throw Object.assign(new Error('429'), { status: 429, headers: { 'retry-after': '2' } })
    }
    const ask = pipeline(call, [pace(limits())], { clock })
    const events = recordEvents(ask)
    await caught(ask('1'))
    const rest = Promise.all([ask('2'), ask('3')])
    await clock.advance(10_000)
    await rest
    expect(times[1]).toBeGreaterThanOrEqual(2_000)
    expect(events.map(({ type }) => type)).toContain('limit:paused')
  })

  test('R-78 tokens are reserved by an estimate, and settled with what was used', async () => {
    const clock = testClock()
    const dialect = {
      name: 'test',
      isResponse: () => true,
      read: () => ({
        text: 'ok',
        finish: 'stop',
        tools: [],
        usage: { inputTokens: 50, outputTokens: 50, source: 'reported' },
      }),
      needs: () => ({ maxOutputTokens: 500 }),
      modelOf: () => undefined,
    }
    const times: number[] = []
    const call = async (): Promise<string> => (times.push(clock.now()), 'ok')
    const shared = limits({ tokensPerMinute: 1_000, estimateTokens: () => 600 })
    const ask = pipeline(call, [pace(shared)], { clock, dialect: dialect as never })
    // 600 of 1,000 are reserved, 100 are used: the second finds 900, and the third 800.
    for (let i = 0; i < 3; i++) await ask('hi')
    expect(times).toStrictEqual([0, 0, 0])
    const late = Promise.all([ask('4'), ask('5')])
    await clock.advance(60_000)
    await late
    expect(times).toHaveLength(5)
  })

  test('an estimate of the texts stands in where nothing is known', async () => {
    const clock = testClock()
    const times: number[] = []
    const call = async (): Promise<string> => (times.push(clock.now()), 'ok')
    const ask = pipeline(call, [pace(limits({ tokensPerMinute: 1_200 }))], { clock })
    const request = { messages: [{ role: 'user', content: 'word '.repeat(200) }], max: undefined }
    const all = Promise.all([ask(request), ask(request)])
    await clock.advance(60_000)
    await all
    expect(times[0]).toBe(0)
    expect(times[1]).toBeGreaterThan(5_000)
  })

  test('learns what the provider function tells it', async () => {
    const clock = testClock()
    const shared = limits()
    const times: number[] = []
    const target: Target<string, string> = {
      id: 'gpt',
      provider: 'openai',
      call: async (_, ctx) => {
        times.push(clock.now())
        shared.learn(ctx.target.id, {
          'x-ratelimit-limit-requests': '60',
          'x-ratelimit-remaining-requests': '0',
        })
        return 'ok'
      },
    }
    const pick = (_: unknown, next: (over: object) => Promise<string>): Promise<string> =>
      next({ target })
    const ask = pipeline(async (prompt: string) => prompt, [pick, pace(shared)], { clock })
    const first = ask('1')
    await first
    const second = ask('2')
    await clock.advance(1_100)
    await second
    expect(times[1]).toBeGreaterThanOrEqual(1_000)
  })

  test('a snapshot keeps a pause and a limit for another process, whose clock counts from elsewhere', async () => {
    const clock = testClock()
    const before = limits()
    const rejecting = async (): Promise<string> => {
      throw Object.assign(new Error('429'), {
        status: 429,
        headers: { 'retry-after': '30', 'x-ratelimit-limit-requests': '60' },
      })
    }
    await caught(pipeline(rejecting, [pace(before)], { clock, provider: 'p' })('hi'))
    const snapshot = JSON.parse(JSON.stringify(before.snapshot())) as ReturnType<
      typeof before.snapshot
    >

    const later = testClock(500_000, { wallMs: clock.wall() + 10_000 })
    const after = limits()
    const times: number[] = []
    const call = async (): Promise<string> => (times.push(later.now() - 500_000), 'ok')
    const ask = pipeline(call, [pace(after)], { clock: later, provider: 'p' })
    await ask('warm')
    after.restore(snapshot)
    const answer = ask('hi')
    await later.advance(25_000)
    await answer
    expect(times[1]).toBeGreaterThanOrEqual(20_000)
    expect(() => after.restore({ version: 2 } as never)).toThrow(/snapshot of version 1/)
    expect(() => after.restore({ version: 1, keys: { p: { share: 'x' } } } as never)).toThrow(/'p'/)
  })

  test('T55 keys are bounded, and one that is paused is not forgotten for new ones', async () => {
    const clock = testClock()
    const shared = limits({ maxKeys: 10, key: (ctx) => String(ctx.request) })
    let sent = 0
    const call = async (prompt: string): Promise<string> => {
      if (prompt === 'bad' && sent++ === 0)
        throw Object.assign(new Error('429'), { status: 429, headers: { 'retry-after': '50' } })
      return 'ok'
    }
    const ask = pipeline(call, [pace(shared)], { clock, retryBudget: retryBudget() })
    await caught(ask('bad'))
    for (let i = 0; i < 1_000; i++) await ask(`key ${i}`)
    expect(Object.keys(shared.snapshot().keys).length).toBeLessThanOrEqual(11)
    expect(await caught(ask('bad', { deadline: clock.now() + 1_000 }))).toMatchObject({
      reason: 'deadline',
    })
  })

  test.each([undefined, {}, 5])('is refused anything but limits(): %s', (given) => {
    expect(() => pace(given as never)).toThrow(/pace: it must be given what limits\(\) returned/)
    expect(isHandler(pace)).toBe(false)
  })
})
