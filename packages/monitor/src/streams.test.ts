import { pipeline, type Clock, type Dialect, type Seen, type StreamProtocol } from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { testClock } from '@holdfast/testing'
import { expect, test } from 'vitest'

import { costBudget } from './cost-budget/cost-budget.ts'
import { BudgetExhaustedError } from './cost-budget/errors.ts'
import { monitor } from './monitor.ts'
import { priceTable } from './prices.ts'

interface Ask {
  readonly breaks?: boolean
}
interface Chunk {
  readonly text?: string
  readonly outputTokens?: number
  readonly end?: true
}

/** Four characters are a token, and the last chunk tells how many there were. */
const protocol: StreamProtocol<Chunk> = {
  name: 'test',
  read({ text, outputTokens, end }, seen: Seen) {
    if (text !== undefined) {
      seen.text += text
      seen.content = 'text'
    }
    if (outputTokens !== undefined)
      seen.usage = { inputTokens: 100, outputTokens, source: 'reported' }
    if (end) seen.ended = true
  },
}
const dialect = {
  name: 'test',
  isRequest: () => true,
  isResponse: () => false,
  read: () => undefined,
  modelOf: () => 'small',
  needs: () => ({ inputTokens: 80, maxOutputTokens: 50, streaming: true }),
  stream: protocol,
} as unknown as Dialect
// A dollar for a thousand tokens, in or out.
const prices = priceTable({ small: { inputPerMillion: 1_000, outputPerMillion: 1_000 } })

const wait = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve)
  })
const setUp = (usd = 1_000) => {
  const clock = testClock(1_000)
  const watch = monitor({ clock, prices })
  // 300 ms to the first content, then 100 ms for each chunk.
  const open = async function* (request: Ask): AsyncGenerator<Chunk> {
    await wait(clock, 300)
    yield { text: 'twelve chars' }
    await wait(clock, 100)
    if (request.breaks) throw new TypeError('terminated')
    yield { text: 'four' }
    await wait(clock, 100)
    yield { outputTokens: 5, end: true }
  }
  const chat = pipeline(streaming(open), [costBudget({ usd, per: 'day', prices })], {
    clock,
    name: 'chat',
    provider: 'acme',
    dialect,
  })
  watch.watch(chat)
  const read = async (request: Ask): Promise<string> => {
    let text = ''
    const reading = (async () => {
      for await (const chunk of await chat(request)) text += chunk.text ?? ''
    })().catch((error: unknown) => {
      text += `! ${(error as Error).name}`
    })
    await clock.advance(1_000)
    await reading
    return text
  }
  return { clock, watch, read }
}

test('of a stream the first content and the true end are told apart', async () => {
  const { watch, read } = setUp()
  await expect(read({})).resolves.toBe('twelve charsfour')
  expect(watch.calls()[0]).toMatchObject({
    outcome: 'succeeded',
    durationMs: 500,
    firstContentMs: 300,
    usage: { inputTokens: 100, outputTokens: 5, source: 'reported' },
    attempts: [{ phase: 'ended', firstContentMs: 300, durationMs: 500 }],
  })
  const { overall, targets } = watch.snapshot()
  expect(overall.firstContent).toMatchObject({ count: 1, mean: 300 })
  expect(overall.latency).toMatchObject({ count: 1, mean: 500 })
  expect(targets['acme/small']?.firstContent).toMatchObject({ count: 1, mean: 300 })
  expect(overall.costUsd).toBeCloseTo(0.105, 9)
})

test('a stream that breaks is a failed call, billed for what it had said', async () => {
  const { watch, read } = setUp()
  await expect(read({ breaks: true })).resolves.toBe('twelve chars! StreamInterruptedError')
  expect(watch.calls()[0]).toMatchObject({
    outcome: 'failed',
    durationMs: 400,
    served: undefined,
    attempts: [{ phase: 'committed', outcome: 'failed' }],
    totalUsage: { inputTokens: 80, outputTokens: 3, source: 'estimated' },
  })
  const { overall } = watch.snapshot()
  expect(overall).toMatchObject({ calls: 1, failed: 1, inFlight: 0 })
  expect(overall.wastedUsd).toBeCloseTo(0.083, 9)
  expect(overall.estimatedUsd).toBeCloseTo(0.083, 9)
})

test('R-61 a budget settles a stream at its end, broken or not', async () => {
  // The dearest answer is 130 tokens; the real ones cost 105 and 83.
  const { clock, watch, read } = setUp(0.3)
  await read({})
  await read({ breaks: true })
  expect(watch.snapshot().budgets['all per day']?.spentUsd).toBeCloseTo(0.188, 9)
  await expect(read({})).resolves.toBe('! BudgetExhaustedError')
  expect(BudgetExhaustedError.is(watch.calls()[2]?.error)).toBe(true)
  await clock.advance(86_400_000)
  await expect(read({})).resolves.toBe('twelve charsfour')
})
