import { Events, pipeline, timeout, type Dialect, type Usage } from '@holdfast/core'
import { fail, hang, httpError, script, testClock } from '@holdfast/testing'
import { afterEach, expect, test, vi } from 'vitest'

import { fallback } from '../../fallback/src/index.ts'
import { hedge } from '../../hedge/src/index.ts'
import { retry } from '../../retry/src/index.ts'
import { DEFAULT_RULES } from './alerts/default-rules.ts'
import { costBudget } from './cost-budget/cost-budget.ts'
import { Emitter } from './emitter.ts'
import type { AttemptEntry } from './entry.ts'
import { mergeStates } from './merge.ts'
import { monitor } from './monitor.ts'
import { priceTable } from './prices.ts'
import { prometheus } from './prometheus/index.ts'

interface Answer {
  readonly text: string
  readonly usage: Usage
}
const usage: Usage = { inputTokens: 1_000, outputTokens: 100, source: 'reported' }
const dialect = {
  name: 'test',
  isRequest: () => true,
  isResponse: () => true,
  read: (answer: Answer) => ({ finish: 'stop', tools: [], ...answer }),
  needs: () => ({
    tools: false,
    jsonSchema: false,
    vision: false,
    streaming: false,
    inputTokens: 10,
  }),
  modelOf: () => undefined,
} as unknown as Dialect
const prices = priceTable({ small: { inputPerMillion: 1, outputPerMillion: 10 } })
const targets = ['a', 'b', 'c'].map((id) => ({ id, provider: 'acme', model: 'small' }))

const setUp = () => {
  const clock = testClock(1_000)
  const watch = monitor({ clock, prices })
  return { clock, watch, shared: { clock, random: () => 0.5, dialect, name: 'chat' } }
}
const left = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error)

afterEach(() => {
  vi.restoreAllMocks()
})

test('the same error object, thrown again, is another failure', async () => {
  const { clock, watch, shared } = setUp()
  const constant = httpError(503)
  const chat = pipeline(
    script<string>(fail(constant)),
    [fallback(targets), retry({ maxAttempts: 3 })],
    shared,
  )
  watch.watch(chat)
  const call = left(chat('x'))
  await clock.advance(600_000)
  await call
  const [entry] = watch.calls()
  const froms = entry!.fallbacks.map(({ from }) => from)
  expect(froms.slice(0, 2)).toStrictEqual(['a', 'b'])
  expect(entry!.retries).toBe(entry!.attempts.length - 1 - froms.length)
})

test('what a pipeline within another one tells of both is counted once, whoever else is telling', async () => {
  const { clock, watch, shared } = setUp()
  const inner = pipeline(script(fail(httpError(503)), fail(httpError(503)), 'ok'), [retry()], {
    ...shared,
    name: 'inner',
  })
  const outer = pipeline(inner, [], shared)
  watch.watch(inner)
  watch.watch(outer)
  const calls = [outer('x'), outer('y')]
  await clock.advance(600_000)
  await Promise.all(calls)
  expect(watch.calls().reduce((sum, { retries }) => sum + retries, 0)).toBe(2)
})

test('R-34 a caller who leaves is no failure: neither the rate nor the alert counts it', async () => {
  const { clock, watch, shared } = setUp()
  const chat = pipeline(script(hang()), [], { ...shared, provider: 'acme', model: 'small' })
  watch.watch(chat)
  for (let n = 0; n < 100; n++) {
    const caller = new AbortController()
    const call = left(chat('x', { signal: caller.signal }))
    await clock.advance(100)
    caller.abort(new Error('stop'))
    await call
  }
  await clock.advance(10_000)
  expect(watch.alerts.firing).toStrictEqual([])
  const { overall, targets: asked } = watch.snapshot()
  expect(overall).toMatchObject({ calls: 100, failed: 0, aborted: 100, errorRate: 0, byFault: {} })
  expect(overall.costPerSuccessUsd).toBeUndefined()
  expect(asked['acme/small']).toMatchObject({
    attempts: 100,
    failed: 0,
    aborted: 100,
    errorRate: 0,
  })
  expect(watch.calls()[0]).toMatchObject({ outcome: 'aborted', fault: { kind: 'aborted' } })
})

test("a caller's own time limit is a failure: it was too slow", async () => {
  const { clock, watch, shared } = setUp()
  const chat = pipeline(script(hang()), [], shared)
  watch.watch(chat)
  const caller = new AbortController()
  const call = left(chat('x', { signal: caller.signal }))
  await clock.advance(100)
  caller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  await call
  expect(watch.snapshot().overall).toMatchObject({ calls: 1, failed: 1, errorRate: 1 })
})

test('R-34 a hedge that lost does not make its target look bad', async () => {
  const { clock, watch, shared } = setUp()
  const quick: Answer = { text: 'ok', usage }
  const chat = pipeline(
    script<unknown, Answer>(hang(), quick),
    [fallback(targets.slice(0, 2)), hedge({ afterMs: 100, ratio: 1 })],
    shared,
  )
  watch.watch(chat)
  const call = chat('x')
  await clock.advance(200)
  await call
  expect(watch.snapshot().targets['a']).toMatchObject({
    attempts: 2,
    failed: 0,
    aborted: 1,
    errorRate: 0,
  })
})

test('a listener that rejects harms nobody (T32)', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  const emitter = new Emitter<{ fired: string }>()
  emitter.on('fired', () => Promise.reject(new Error('the pager is down')))
  emitter.emit('fired', 'x')
  await new Promise((resolve) => void setImmediate(resolve))
  expect(told).toHaveBeenCalledOnce()
})

test('calls under way when watching stops are not in flight for ever', async () => {
  const { clock, watch, shared } = setUp()
  const chat = pipeline(script<string>(hang()), [timeout({ timeoutMs: 1_000 })], shared)
  const stop = watch.watch(chat)
  const call = left(chat('x'))
  expect(watch.snapshot().overall.inFlight).toBe(1)
  stop()
  await clock.advance(2_000)
  await call
  watch.watch(chat)
  expect(watch.snapshot().overall.inFlight).toBe(0)
})

test('two budgets of one tenant are two gauges', async () => {
  const { clock, watch, shared } = setUp()
  const answer: Answer = { text: 'ok', usage }
  const key = () => 'acme'
  const chat = pipeline(
    script<unknown, Answer>(answer),
    [
      costBudget({ usd: 100, per: 'day', prices, key }),
      costBudget({ usd: 1, per: 'minute', prices, key }),
    ],
    { ...shared, provider: 'acme', model: 'small' },
  )
  watch.watch(chat)
  await chat('x')
  await clock.advance(0)
  expect(Object.values(watch.snapshot().budgets).map(({ limitUsd }) => limitUsd)).toStrictEqual([
    1, 100,
  ])
})

test('no state at all merges to nothing', () => {
  expect(mergeStates([])).toMatchObject({ at: 0, windowMs: 0, routes: {} })
})

test.each([
  ['of the same name', [...DEFAULT_RULES, DEFAULT_RULES[0]], /rules/],
  ['of no known kind', [{ ...DEFAULT_RULES[0], when: { kind: 'error-rat' } }], /rules/],
  ['that is none', [null], /rules/],
  [
    'that looks back further than is remembered',
    [
      {
        ...DEFAULT_RULES[0],
        when: { kind: 'error-rate', above: 0.05, windowMs: 3_600_000, minSamples: 20 },
      },
    ],
    /rules/,
  ],
  [
    'that looks at less than is told apart',
    [{ ...DEFAULT_RULES[0], when: { kind: 'last-option', windowMs: 1_000 } }],
    /rules/,
  ],
  [
    'without a number',
    [{ ...DEFAULT_RULES[0], when: { kind: 'error-rate', windowMs: 60_000, minSamples: 20 } }],
    /rules/,
  ],
  ['that never holds', [{ ...DEFAULT_RULES[0], holdMs: Number.NaN }], /rules/],
])('a rule %s is an error when the monitor is made', (_what, rules, says) => {
  expect(() => monitor({ rules: rules as never })).toThrow(says)
})

test('an attempt that answers after it was called off is counted once, at what it really cost', async () => {
  const { clock, watch, shared } = setUp()
  const late: Answer = { text: 'late', usage: { ...usage, outputTokens: 300 } }
  const metrics = prometheus(watch)
  const told: AttemptEntry[] = []
  watch.on('attempt', (attempt) => told.push(attempt))
  const chat = pipeline(
    script<unknown, Answer>(
      { text: 'ok', usage },
      () => new Promise<Answer>((resolve) => void clock.after(5_000, () => resolve(late))),
    ),
    [timeout({ timeoutMs: 1_000 })],
    { ...shared, provider: 'acme', model: 'small' },
  )
  watch.watch(chat)
  await chat('x')
  const call = left(chat('x'))
  await clock.advance(10_000)
  await call
  // When it was called off it was taken to answer as the first one did to a prompt of 10 tokens; it came to 0.004 dollars.
  expect(told.map(({ outcome, costUsd }) => [outcome, costUsd])).toStrictEqual([
    ['succeeded', 0.002],
    ['failed', 0.00101],
    ['discarded', 0.004],
  ])
  const { overall, targets: asked } = watch.snapshot()
  expect(overall.costUsd).toBeCloseTo(0.006, 12)
  expect(overall.wastedUsd).toBeCloseTo(0.004, 12)
  expect(asked['acme/small']).toMatchObject({ attempts: 2, failed: 1 })
  const text = await metrics.text()
  const sumOf = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}\\{.*\\} (.*)$`, 'gm'))].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )
  expect(sumOf('holdfast_attempts_total')).toBe(2)
  expect(sumOf('holdfast_attempt_failures_total')).toBe(1)
  expect(sumOf('holdfast_cost_usd_total')).toBeCloseTo(0.006, 12)
  expect(sumOf('holdfast_wasted_usd_total')).toBeCloseTo(0.004, 12)
  expect(sumOf('holdfast_tokens_total')).toBe(2_000 + 100 + 300)
})

test('events that pipelines share are watched until each has stopped', () => {
  const { watch, shared } = setUp()
  const events = new Events()
  const [one, other] = ['one', 'other'].map((name) =>
    pipeline(script('ok'), [], { ...shared, name, events }),
  )
  const stop = watch.watch(one!)
  watch.watch(other!)
  stop()
  expect(events.listenerCount('call:succeeded')).toBe(1)
})
