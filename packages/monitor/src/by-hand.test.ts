import { pipeline, type Dialect, type Usage } from '@holdfast/core'
import { after, fail, httpError, script, testClock, type Step } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { fallback } from '../../fallback/src/index.ts'
import { retry } from '../../retry/src/index.ts'
import { monitor } from './monitor.ts'
import { priceTable } from './prices.ts'

interface Answer {
  readonly usage: Usage
}
const dialect = {
  name: 'test',
  isRequest: () => false,
  isResponse: () => true,
  read: (answer: Answer) => ({ text: 'hi', finish: 'stop', tools: [], ...answer }),
  modelOf: () => undefined,
} as unknown as Dialect
const answer: Answer = { usage: { inputTokens: 1_000, outputTokens: 100, source: 'reported' } }
// An answer of the small model is 0.002 dollars, one of the large 0.02.
const prices = priceTable({
  small: { inputPerMillion: 1, outputPerMillion: 10 },
  large: { inputPerMillion: 10, outputPerMillion: 100 },
})
const targets = ['small', 'large'].map((model) => ({ id: model, provider: 'acme', model }))

/**
 *  calls   what happens                                        takes      costs
 *     90   an answer                                          100 ms     0.002
 *      4   503 after 50 ms, a wait of 1 s, an answer        1,150 ms     0.002
 *      6   500 after 50 ms, an answer of the next after 200   250 ms     0.02
 *      3   429 after 50 ms, thrice, with two waits of 1 s        fail         –
 *      2   400 after 50 ms                                       fail         –
 */
test('105 calls, worked out by hand', async () => {
  const clock = testClock(1_000)
  const watch = monitor({ clock, prices })
  const shared = { clock, dialect, random: () => 0.5 }
  const run = async (times: number, make: () => (request: string) => Promise<Answer>) => {
    for (let n = 0; n < times; n++) {
      const call = make()('hi').catch(() => {})
      await clock.advance(3_000)
      await call
    }
  }
  const failing = (status: number) => after(50, fail(httpError(status)))
  const chat = (...steps: Step<string, Answer>[]) => {
    const options = { ...shared, name: 'chat', provider: 'acme', model: 'small' }
    const provider = script<string, Answer>(...steps)
    const handler = pipeline(provider, [retry({ maxAttempts: 3, delay: () => 1_000 })], options)
    watch.watch(handler)
    return handler
  }
  const listed = () => {
    const provider = script<string, Answer>(failing(500), after(200, answer))
    const handler = pipeline(provider, [fallback(targets)], { ...shared, name: 'listed' })
    watch.watch(handler)
    return handler
  }

  await run(45, () => chat(after(100, answer)))
  await run(4, () => chat(failing(503), after(100, answer)))
  await run(6, listed)
  await run(3, () => chat(failing(429)))
  await run(2, () => chat(failing(400)))
  // The window is five minutes, and the rest come at once.
  await run(1, () => async (request) => {
    await Promise.all(Array.from({ length: 44 }, () => chat(after(100, answer))(request)))
    return chat(after(100, answer))(request)
  })

  const { overall, routes, targets: asked } = watch.snapshot()
  expect(overall).toMatchObject({
    calls: 105,
    failed: 5,
    byFault: { 'rate-limited': 3, 'invalid-request': 2 },
    retries: 4 + 3 * 2,
    fallbackDepth: 1,
    unpriced: 0,
    wastedUsd: 0,
  })
  expect(overall.errorRate).toBeCloseTo(5 / 105, 12)
  expect(overall.retryRate).toBeCloseTo((4 + 3) / 105, 12)
  expect(overall.fallbackRate).toBeCloseTo(6 / 105, 12)
  expect(overall.lastOptionRate).toBeCloseTo(6 / 105, 12)
  expect(overall.costUsd).toBeCloseTo(94 * 0.002 + 6 * 0.02, 12)
  expect(overall.costPerSuccessUsd).toBeCloseTo(0.308 / 100, 12)
  // Of the hundred answers, by rank: 90 of 100 ms, 6 of 250, 4 of 1,150. Sketches are within 1 %.
  const within = (ms: number | undefined, truth: number): void =>
    expect(Math.abs(ms! / truth - 1)).toBeLessThan(0.01)
  within(overall.latency.p50, 100)
  within(overall.latency.p95, 250)
  within(overall.latency.p99, 1_150)
  expect(overall.latency.mean).toBeCloseTo((90 * 100 + 6 * 250 + 4 * 1_150) / 100, 9)

  expect(routes['chat']).toMatchObject({ calls: 99, failed: 5, fallbackRate: 0 })
  expect(routes['listed']).toMatchObject({ calls: 6, failed: 0, retryRate: 0 })
  expect(asked['small']).toMatchObject({ attempts: 6, failed: 6, byFault: { server: 6 } })
  expect(asked['acme/small']).toMatchObject({
    attempts: 90 + 8 + 9 + 2,
    failed: 4 + 9 + 2,
    byFault: { overloaded: 4, 'rate-limited': 9, 'invalid-request': 2 },
  })
  expect(asked['large']).toMatchObject({ attempts: 6, failed: 0 })
})
