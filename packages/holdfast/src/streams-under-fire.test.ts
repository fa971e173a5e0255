import { cache } from '@holdfast/cache'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import {
  pipeline,
  timeout,
  type AnswerStream,
  type Context,
  type Handler,
  type Target,
} from '@holdfast/core'
import { streaming } from '@holdfast/core/stream'
import { fallback } from '@holdfast/fallback'
import { hedge } from '@holdfast/hedge'
import { interrupt } from '@holdfast/interrupt'
import { retry } from '@holdfast/retry'
import { seededRandom, testClock, type TestClock } from '@holdfast/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { standard } from './standard.ts'

const CALLS = 150
const WORDS = 5
const SEAM = 'SEAM'

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => void process.off('unhandledRejection', note))

/** Fails, dawdles, breaks and hangs; in half of the cases it does not listen to its signal. */
const target = (
  id: string,
  clock: TestClock,
  random: () => number,
): Target<string, AnswerStream<string>> => ({
  id,
  provider: id,
  call: streaming(async function* (_request: string, { signal }: Context<string>) {
    const rest = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const stop = clock.after(ms, resolve)
        const listens = random() < 0.5
        signal.addEventListener('abort', () => {
          stop()
          if (listens) resolve()
        })
      })
    await rest(random() * 3_000)
    if (random() < 0.1) throw Object.assign(new Error('overloaded'), { status: 503 })
    for (let n = 0; n < WORDS; n++) {
      yield `${id}${n}`
      await rest(random() * 600)
      if (random() < 0.05) throw new TypeError('terminated')
      if (random() < 0.02) await new Promise(() => {})
    }
  }),
})

/** Counts the listeners on a signal that many calls share. */
const sharedSignal = () => {
  const { signal } = new AbortController()
  const on = signal.addEventListener.bind(signal)
  const off = signal.removeEventListener.bind(signal)
  const count = { listeners: 0 }
  signal.addEventListener = (...args: Parameters<typeof on>) => (count.listeners++, on(...args))
  signal.removeEventListener = (...args: Parameters<typeof off>) => (
    count.listeners--,
    off(...args)
  )
  return { signal, count }
}

const isWhole = (chunks: readonly string[]): boolean => {
  const last = chunks.slice(chunks.lastIndexOf(SEAM) + 1)
  const id = last[0]?.[0]
  return last.length === WORDS && last.every((word, n) => word === `${id}${n}`)
}

const cached = { scope: 'shared', ttlMs: 5_000 } as const
type Route = (
  targets: readonly Target<string, AnswerStream<string>>[],
  clock: TestClock,
  random: () => number,
) => Handler<string, AnswerStream<string>>

/** Every policy by hand, with limits that are reached. */
const byHand: Route = ([a, b, c], clock, random) =>
  pipeline(
    a!.call!,
    [
      cache<string, AnswerStream<string>>(cached),
      interrupt('restart', { seam: () => SEAM }),
      fallback([b!, c!]),
      retry({ baseDelayMs: 5 }),
      hedge({ afterMs: 1_500 }),
      circuitBreaker({ evacuate: true, slowCallMs: { p95Times: 2 } }),
      timeout({ timeoutMs: 2_500, idleMs: 1_000, totalMs: 8_000 }),
    ],
    { name: 'a', clock, random },
  )

/** The same by slots, with a queue in front that is in use. */
const bySlots: Route = (targets, clock, random) =>
  standard<string, AnswerStream<string>>({
    targets,
    cache: cached,
    deadlineMs: 20_000,
    limits: { maxConcurrent: 6 },
    hedge: { afterMs: 1_500 },
    timeout: { timeoutMs: 2_500, idleMs: 1_000, totalMs: 8_000 },
    name: 'a',
    clock,
    random,
  })

test.each([
  ...[1, 2, 3, 4, 5, 6].map((seed) => ({ by: 'by hand', route: byHand, seed })),
  ...[1, 2, 3, 4, 5, 6].map((seed) => ({ by: 'by slots', route: bySlots, seed })),
])(
  'all policies at once over streams that fail in every way leave nothing behind, and splice nothing ($by, seed $seed)',
  async ({ route, seed }) => {
    const clock = testClock()
    const random = seededRandom(seed)
    const chat = route(
      ['a', 'b', 'c'].map((id) => target(id, clock, random)),
      clock,
      random,
    )
    const { signal, count } = sharedSignal()
    const sleep = (ms: number): Promise<void> => new Promise((done) => void clock.after(ms, done))
    const calls = { open: 0 }
    let streams = 0
    let reports = 0
    let whole = 0
    const wrong: unknown[] = []

    const call = async (n: number): Promise<void> => {
      await sleep(n * 120)
      const caller = new AbortController()
      const leaves =
        random() < 0.1 ? clock.after(random() * 4_000, () => caller.abort('left')) : undefined
      try {
        const { response, report } = await chat.withReport(`question ${n % 50}`, {
          signal: leaves === undefined ? signal : caller.signal,
        })
        streams++
        void report.then(() => reports++)
        const chunks: string[] = []
        for await (const chunk of response) {
          chunks.push(chunk)
          if (random() < 0.03) return
          if (random() < 0.1) await sleep(400)
        }
        whole++
        if (!isWhole(chunks)) wrong.push(chunks)
      } catch (error) {
        const { fault } = error as { fault?: unknown }
        if (fault === undefined && error !== 'left' && !/terminated|overloaded/.test(String(error)))
          wrong.push(error)
      } finally {
        leaves?.()
        calls.open--
      }
    }
    const all = Array.from({ length: CALLS }, (_, n) => (calls.open++, call(n)))
    for (let i = 0; calls.open > 0 && i < 2_000; i++) await clock.advance(100)
    await clock.advance(10_000)

    expect({ ...calls, wrong, unhandled }).toEqual({ open: 0, wrong: [], unhandled: [] })
    expect({ pending: clock.pending, ...count }).toEqual({ pending: 0, listeners: 0 })
    expect(reports).toBe(streams)
    expect(whole).toBeGreaterThan(CALLS / 4)
    await Promise.all(all)
  },
)
