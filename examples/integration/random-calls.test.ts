import { circuitBreaker, circuitsOf } from '@holdfast/circuit-breaker'
import {
  ConfigurationError,
  deadline,
  DeadlineExceededError,
  HoldfastError,
  pipeline,
  timeout,
  type CallRecord,
  type Policy,
  type Provider,
} from '@holdfast/core'
import { AllTargetsFailedError, fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'
import { httpError, seededRandom, settle, testClock, type TestClock } from '@holdfast/testing'
import { notEmpty } from '@holdfast/validators'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// A thousand calls on three targets that fail in every way they can. Each world is a seed: when one fails, its number
// in the title is all that is needed to see it again.

const WORLDS = 20
const CALLS = 50
const DEADLINE_MS = 60_000
const SPAN_MS = 120_000

type Dice = () => number
type Ask = { readonly n: number }

/** One request that reached a target. */
interface Seen {
  readonly call: number
  readonly target: string
  readonly at: number
  error: unknown
  endedAt: number
  retryAfterMs: number
}

const STATUSES = [401, 403, 404, 408, 409, 429, 500, 502, 503, 504, 529]
const NO_SUCH_MODEL = { error: { code: 'model_not_found', message: 'The model does not exist' } }

/** A target that meets each request with a fate of its own, and writes down what it saw. */
const moody = (
  target: string,
  share: number,
  { clock, dice, seen }: { clock: TestClock; dice: Dice; seen: Seen[] },
): Provider<Ask, string> => {
  const wait = (ms: number): Promise<void> => new Promise((done) => void clock.after(ms, done))
  return (request, ctx) => {
    const entry: Seen = {
      call: request.n,
      target,
      at: clock.now(),
      error: undefined,
      endedAt: Infinity,
      retryAfterMs: 0,
    }
    seen.push(entry)
    const broken = (error: unknown, retryAfterMs = 0): never => {
      Object.assign(entry, { error, endedAt: clock.now(), retryAfterMs })
      throw error
    }
    const fate = dice() < share ? Math.floor(dice() * 8) : -1
    const latencyMs = Math.floor(dice() * 2_000)
    const status = STATUSES[Math.floor(dice() * STATUSES.length)]!
    const seconds = Math.floor(dice() * 20)
    if (fate === 0) broken(new TypeError('a bug, thrown at once'))
    if (fate === 1) {
      // Well behaved: it ends with the signal.
      const { signal } = ctx
      return new Promise((_, reject) => {
        const left = (): void => reject(signal.reason)
        if (signal.aborted) left()
        else signal.addEventListener('abort', left, { once: true })
      })
    }
    if (fate === 2) return new Promise(() => {})
    return wait(latencyMs).then(() => {
      if (fate === 3) return ''
      if (fate === 4) {
        const headers = { 'retry-after': String(seconds) }
        broken(httpError(dice() < 0.5 ? 429 : 503, { headers }), seconds * 1_000)
      }
      if (fate === 5) broken(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
      if (fate === 6) broken('a string')
      if (fate === 7) broken(httpError(status, status === 404 ? { body: NO_SUCH_MODEL } : {}))
      return `answer to ${request.n}`
    })
  }
}

/** A caller's signal that knows who still listens. */
const listened = (): { controller: AbortController; listeners: () => number } => {
  const controller = new AbortController()
  const { signal } = controller
  let count = 0
  const [add, remove] = [
    signal.addEventListener.bind(signal),
    signal.removeEventListener.bind(signal),
  ]
  signal.addEventListener = (...given: Parameters<AbortSignal['addEventListener']>) => {
    count++
    add(...given)
  }
  signal.removeEventListener = (...given: Parameters<AbortSignal['removeEventListener']>) => {
    count--
    remove(...given)
  }
  return { controller, listeners: () => count }
}

interface Call {
  readonly n: number
  readonly startedAt: number
  readonly deadline: number
  readonly reason: unknown
  readonly leavesAt: number
  readonly listeners: () => number
  record: CallRecord | undefined
  settledAt: number
  answer: string | undefined
  error: unknown
}

/** Runs one world to its end. `shares`: how often each target fails. */
const live = async (seed: number, shares: readonly [number, number, number]) => {
  const dice = seededRandom(seed)
  const clock = testClock(1_000)
  const seen: Seen[] = []
  const means = { clock, dice, seen }
  const calls: Call[] = []
  /** Outermost: shows the record of a call that fails, which no report does. */
  const witness: Policy<Ask, string> = (ctx, next) => {
    calls[ctx.request.n]!.record = ctx.call
    return next()
  }
  const breaker = circuitBreaker({ minimumCalls: 5 })
  const [a, b, c] = shares
  const chat = pipeline(
    moody('a', a, means),
    [
      witness,
      deadline({ timeoutMs: DEADLINE_MS }),
      fallback<Ask, string>([
        { id: 'b', provider: 'b', call: moody('b', b, means) },
        { id: 'c', provider: 'c', call: moody('c', c, means) },
      ]),
      retry(),
      notEmpty(),
      breaker,
      timeout({ timeoutMs: 8_000 }),
    ],
    { name: 'chat', provider: 'a', clock, random: dice },
  )

  const begin = (n: number): void => {
    const { controller, listeners } = listened()
    const startedAt = clock.now()
    const own = dice() < 0.2 ? startedAt + Math.floor(dice() * 20_000) + 1 : Infinity
    const leavesAfter = dice() < 0.2 ? Math.floor(dice() * 15_000) : Infinity
    const call: Call = {
      n,
      startedAt,
      deadline: Math.min(own, startedAt + DEADLINE_MS),
      reason: dice() < 0.5 ? new Error(`caller ${n} left`) : { n },
      leavesAt: startedAt + leavesAfter,
      listeners,
      record: undefined,
      settledAt: Infinity,
      answer: undefined,
      error: undefined,
    }
    calls[n] = call
    clock.after(leavesAfter, () => controller.abort(call.reason))
    const options = { signal: controller.signal, ...(own < Infinity && { deadline: own }) }
    chat({ n }, options).then(
      (answer) => Object.assign(call, { answer, settledAt: clock.now() }),
      (error: unknown) => Object.assign(call, { error, settledAt: clock.now() }),
    )
  }
  for (let n = 0; n < CALLS; n++) clock.after(Math.floor(dice() * SPAN_MS), () => begin(n))
  await clock.advance(SPAN_MS + DEADLINE_MS + 10_000)
  return { clock, chat, breaker, seen, calls }
}

const rejections: unknown[] = []
const note = (reason: unknown): void => void rejections.push(reason)

type World = Awaited<ReturnType<typeof live>>

const leftEarly = (call: Call): boolean =>
  call.leavesAt <= call.settledAt && call.error === call.reason

/** What must be true of every call, whatever happened to it. */
const mustHold = async ({ clock, seen, calls }: World): Promise<void> => {
  await settle()
  expect(rejections, 'unhandled rejections').toEqual([])
  expect(clock.pending, 'timers left behind').toBe(0)
  for (const call of calls) {
    const { n, settledAt, answer, error, record, leavesAt } = call
    const title = `call ${n}`
    const sent = seen.filter((one) => one.call === n)

    expect(settledAt, `${title} settles by its deadline`).toBeLessThanOrEqual(call.deadline)
    expect(settledAt, `${title} ends when its caller leaves`).toBeLessThanOrEqual(leavesAt)
    if (answer !== undefined) expect(answer, `${title} has its own answer`).toBe(`answer to ${n}`)
    if (settledAt === leavesAt && answer === undefined && settledAt < call.deadline)
      expect(error, `${title} has the very reason`).toBe(call.reason)
    expect(call.listeners(), `${title}: listeners left on the caller's signal`).toBe(0)
    expect(error, `${title}: no layer is misused`).not.toBeInstanceOf(ConfigurationError)
    expect(record?.attempts.length, `${title}: attempts told and requests seen`).toBe(sent.length)

    if (answer === undefined && !leftEarly(call)) {
      const known = sent.some((one) => one.error === error)
      const ours = HoldfastError.is(error)
      expect(
        known || ours,
        `${title} fails with an error that nobody threw: ${String(error)}`,
      ).toBe(true)
      if (DeadlineExceededError.is(error))
        expect(settledAt, `${title}: not before`).toBe(call.deadline)
      if (AllTargetsFailedError.is(error)) {
        expect(
          new Set(error.errors.map((one) => one.target)).size,
          `${title}: several failed`,
        ).toBeGreaterThan(1)
        expect(error.fault.retryable, `${title}: all was tried`).toBe(false)
      }
    }

    for (const [i, one] of sent.entries()) {
      expect(one.at, `${title}: no request after its end`).toBeLessThanOrEqual(settledAt)
      const before = sent.slice(0, i).filter((other) => other.target === one.target)
      for (const { endedAt, retryAfterMs } of before)
        if (retryAfterMs > 0)
          expect(one.at, `${title}: '${one.target}' is left alone`).toBeGreaterThanOrEqual(
            endedAt + retryAfterMs,
          )
    }
  }
}

beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

const worlds = Array.from({ length: WORLDS }, (_, i) => i + 1)

describe('a thousand calls, three targets, every fault', () => {
  test.each(worlds)(
    'all of them fail often: every call ends as it must (world %i)',
    async (seed) => {
      const dice = seededRandom(seed * 7919)
      const world = await live(seed, [0.2 + 0.8 * dice(), 0.2 + 0.8 * dice(), 0.2 + 0.8 * dice()])
      await mustHold(world)
      expect(world.calls.filter(Boolean)).toHaveLength(CALLS)
    },
  )

  test.each(worlds)('no call is lost while one target is healthy (world %i)', async (seed) => {
    const world = await live(1_000 + seed, [0.9, 0.9, 0])
    await mustHold(world)
    const lost = world.calls.filter(
      (call) =>
        call.answer === undefined &&
        !leftEarly(call) &&
        call.deadline === call.startedAt + DEADLINE_MS,
    )
    expect(lost.map(({ n, error }) => [n, error])).toEqual([])
  })

  test.each(worlds.slice(0, 5))(
    'no circuit is stuck once the targets are well again (world %i)',
    async (seed) => {
      const shares: [number, number, number] = [1, 1, 1]
      const dice = seededRandom(seed)
      const clock = testClock()
      const seen: Seen[] = []
      const breaker = circuitBreaker({ minimumCalls: 3 })
      let ill = true
      const model: Provider<Ask, string> = (request, ctx) =>
        ill ? moody('a', shares[0], { clock, dice, seen })(request, ctx) : Promise.resolve('well')
      const chat = pipeline(
        model,
        [retry({ maxAttempts: 2 }), breaker, timeout({ timeoutMs: 2_000 })],
        {
          provider: 'a',
          clock,
          random: dice,
        },
      )
      for (let n = 0; n < 40; n++) {
        const controller = new AbortController()
        if (dice() < 0.3) clock.after(Math.floor(dice() * 3_000), () => controller.abort())
        chat({ n }, { signal: controller.signal }).catch(() => {})
        await clock.advance(Math.floor(dice() * 5_000))
      }
      await clock.advance(60_000)
      ill = false
      // However it was opened, a ban is over after `maxOpenMs` (five minutes) and a probe's lease after one.
      await clock.advance(400_000)
      expect(await chat({ n: 0 })).toBe('well')
      expect(circuitsOf(breaker).state('a')).toBe('closed')
      expect(clock.pending).toBe(0)
    },
  )
})
