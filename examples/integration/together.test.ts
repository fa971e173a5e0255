import { cache } from '@holdfast/cache'
import { circuitBreaker, circuitsOf, CircuitOpenError } from '@holdfast/circuit-breaker'
import {
  deadline,
  DeadlineExceededError,
  health,
  keyed,
  pipeline,
  timeout,
  type Provider,
  type Target,
} from '@holdfast/core'
import { AllTargetsFailedError, degrade, fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'
import {
  after,
  fail,
  hang,
  httpError,
  recordEvents,
  script,
  seededRandom,
  testClock,
} from '@holdfast/testing'
import { EmptyAnswerError, notEmpty } from '@holdfast/validators'
import { describe, expect, test } from 'vitest'

interface Ask {
  readonly prompt: string
}
type Model = Provider<Ask, string>

const ask = script<Ask, string>
const hi: Ask = { prompt: 'hi' }
const target = (id: string, call: Model): Target<Ask, string> => ({ id, provider: id, call })

/** What becomes of a promise, without awaiting it: a virtual clock must be turned meanwhile. */
const outcomeOf = <T>(promise: Promise<T>): { value?: T; error?: unknown; settled: boolean } => {
  const outcome: { value?: T; error?: unknown; settled: boolean } = { settled: false }
  promise.then(
    (value) => Object.assign(outcome, { settled: true, value }),
    (error: unknown) => Object.assign(outcome, { settled: true, error }),
  )
  return outcome
}

/** The stack of the README around a primary and its stand-ins. */
const canonical = (primary: Model, others: readonly Target<Ask, string>[], clock = testClock()) =>
  pipeline(
    primary,
    [
      deadline({ timeoutMs: 60_000 }),
      ...(others.length > 0 ? [] : []),
      fallback(others.length > 0 ? others : [target('primary-too', primary)]),
      retry(),
      notEmpty(),
      circuitBreaker(),
      timeout({ timeoutMs: 15_000 }),
    ],
    { name: 'chat', provider: 'primary', clock, random: seededRandom(1) },
  )

describe('the canonical stack', () => {
  test('a primary that hangs costs one timeout, not the call: the healthy target answers', async () => {
    const clock = testClock()
    const primary = ask(hang())
    const chat = canonical(primary, [target('other', ask('from other'))], clock)
    const call = outcomeOf(chat(hi))
    await clock.advance(15_000)
    expect(call).toMatchObject({ value: 'from other' })
    expect(primary.calls).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('a primary that hangs and ignores the signal costs no more', async () => {
    const clock = testClock()
    const deaf = ask(() => new Promise<string>(() => {}))
    const chat = canonical(deaf, [target('other', ask('from other'))], clock)
    const call = outcomeOf(chat(hi))
    await clock.advance(15_000)
    expect(call).toMatchObject({ value: 'from other' })
    expect(clock.pending).toBe(0)
  })

  test('R-47 a thousand calls at once on a failing primary are all served by the other, untangled', async () => {
    const clock = testClock()
    const primary = ask(after(5, fail(httpError(503))))
    const echo: Model = after(20, ({ prompt }: Ask) => `re: ${prompt}`)
    const chat = canonical(primary, [target('other', echo)], clock)
    const prompts = Array.from({ length: 1_000 }, (_, i) => `question ${i}`)
    const answers = Promise.all(prompts.map((prompt) => chat.withReport({ prompt })))
    await clock.advance(100)
    for (const [i, { response, report }] of (await answers).entries()) {
      expect(response).toBe(`re: ${prompts[i]}`)
      const { attempts, served } = await report
      expect(attempts.map(({ target: id, outcome }) => [id, outcome])).toEqual([
        ['primary', 'failed'],
        ['other', 'succeeded'],
      ])
      expect(served?.target).toBe('other')
    }
    expect(clock.pending).toBe(0)
    // The breaker has seen it: whoever comes now does not even try.
    const late = outcomeOf(chat(hi))
    await clock.advance(20)
    expect(late).toMatchObject({ value: 're: hi' })
    expect(primary.calls).toHaveLength(1_000)
  })

  test('an empty answer is asked for elsewhere at once: it is this model that has nothing to say', async () => {
    const clock = testClock()
    const primary = ask('')
    const chat = canonical(primary, [target('other', ask('words'))], clock)
    const call = outcomeOf(chat(hi))
    await clock.advance(60_000)
    expect(call).toMatchObject({ value: 'words' })
    expect(primary.calls).toHaveLength(1)
  })
})

describe('pipelines in pipelines', () => {
  const inner = (name: string, provider: Model, clock = testClock()) =>
    pipeline(
      provider,
      [
        deadline({ timeoutMs: 5_000 }),
        retry({ maxAttempts: 2 }),
        circuitBreaker(),
        timeout({ timeoutMs: 4_000 }),
      ],
      { name, provider: name, clock },
    )

  test("an inner pipeline's own deadline is a timeout of that target: the next one answers", async () => {
    const clock = testClock()
    const slow = pipeline(ask(hang()), [deadline({ timeoutMs: 2_000 })], { name: 'slow', clock })
    const chat = pipeline(
      ask(fail(httpError(503))),
      [
        deadline({ timeoutMs: 60_000 }),
        fallback<Ask, string>([slow, target('other', ask('other'))]),
      ],
      { clock },
    )
    const call = outcomeOf(chat(hi))
    await clock.advance(2_000)
    expect(call).toMatchObject({ value: 'other' })
    expect(clock.pending).toBe(0)
  })

  test('they share record, budget, abort and deadline of the call', async () => {
    const clock = testClock()
    const first = ask(fail(httpError(500)))
    const second = ask('second')
    const chat = pipeline(
      first,
      [
        deadline({ timeoutMs: 60_000 }),
        fallback<Ask, string>([inner('a', ask(fail(httpError(502)))), inner('b', second)]),
      ],
      { name: 'outer', clock },
    )
    const events = recordEvents(chat)
    const { response, report } = await chat.withReport(hi)
    expect(response).toBe('second')
    const { attempts, served } = await report
    expect(attempts.map(({ n, target: id, outcome }) => [n, id, outcome])).toEqual([
      [1, 'outer', 'failed'],
      [2, 'a', 'failed'],
      [3, 'b', 'succeeded'],
    ])
    expect(served?.target).toBe('b')
    expect(events.types().filter((type) => type === 'attempt:started')).toHaveLength(3)
    expect(clock.pending).toBe(0)
  })

  test('a caller who leaves ends the inner wait at once, with the very reason', async () => {
    const clock = testClock()
    const chat = pipeline(
      ask(fail(httpError(503))),
      [
        fallback<Ask, string>([
          inner('a', ask(fail(httpError(429, { headers: { 'retry-after': '3' } })))),
        ]),
      ],
      { clock },
    )
    const controller = new AbortController()
    const call = outcomeOf(chat(hi, { signal: controller.signal }))
    await clock.advance(100)
    expect(call.settled).toBe(false)
    const reason = { left: true }
    controller.abort(reason)
    await clock.advance(0)
    expect(call.error).toBe(reason)
    expect(clock.pending).toBe(0)
  })
})

describe('cache and degrade around a deadline', () => {
  const stale = (model: Model, clock: ReturnType<typeof testClock>) =>
    pipeline(
      model,
      [
        degrade<Ask, string>(() => 'sorry'),
        cache<Ask, string>({
          scope: 'shared',
          ttlMs: 1_000,
          mode: 'stale-if-error',
          staleTtlMs: 100_000,
        }),
        deadline({ timeoutMs: 10_000 }),
        retry(),
        timeout({ timeoutMs: 4_000 }),
      ],
      { name: 'faq', clock, random: seededRandom(3) },
    )

  test('a stale answer is given when the deadline is gone, and nothing stays behind', async () => {
    const clock = testClock()
    const chat = stale(ask('old', hang()), clock)
    expect(await chat(hi)).toBe('old')
    await clock.advance(5_000)
    const call = outcomeOf(chat.withReport(hi))
    await clock.advance(10_000)
    expect(call).toMatchObject({ value: { response: 'old' } })
    const report = await call.value!.report
    expect(report).toMatchObject({ degraded: false, cache: { status: 'stale', ageMs: 15_000 } })
    expect(clock.pending).toBe(0)
  })

  test('without an old answer degrade has the last word, at the deadline', async () => {
    const clock = testClock()
    const chat = stale(ask(hang()), clock)
    const call = outcomeOf(chat.withReport(hi))
    await clock.advance(9_999)
    expect(call.settled).toBe(false)
    await clock.advance(1)
    expect(call).toMatchObject({ value: { response: 'sorry' } })
    expect(await call.value!.report).toMatchObject({ degraded: true, served: undefined })
    expect(clock.pending).toBe(0)
  })

  test('of a crowd that waits for one answer, each may leave; the work ends with the last', async () => {
    const clock = testClock()
    const model = ask(hang())
    const chat = stale(model, clock)
    const callers = Array.from({ length: 20 }, () => new AbortController())
    const calls = callers.map(({ signal }) => outcomeOf(chat(hi, { signal })))
    await clock.advance(100)
    for (const [i, caller] of callers.entries()) {
      caller.abort(i)
      await clock.advance(1)
      expect(calls[i]!.error).toBe(i)
    }
    expect(model.calls).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('an answer that the validators refuse is never kept', async () => {
    const clock = testClock()
    const chat = pipeline(
      ask('', 'words'),
      [cache<Ask, string>({ scope: 'shared', ttlMs: 1_000 }), notEmpty()],
      { clock },
    )
    await expect(chat(hi)).rejects.toBeInstanceOf(EmptyAnswerError)
    expect(await chat(hi)).toBe('words')
    expect(await chat(hi)).toBe('words')
  })
})

describe('what pipelines share', () => {
  test('two routes with one breaker and one health: what one learned, the other does not pay for', async () => {
    const clock = testClock()
    const breaker = circuitBreaker({ consecutiveFailures: 3, openMs: 10_000 })
    const known = health()
    const down = ask(fail(httpError(503)), fail(httpError(503)), fail(httpError(503)), 'up')
    const route = (name: string) =>
      pipeline(
        down,
        [
          fallback([target('other', ask('other'))]),
          retry(),
          breaker,
          timeout({ timeoutMs: 1_000 }),
        ],
        { name, provider: 'down', clock, health: known },
      )
    const [summarise, translate] = [route('summarise'), route('translate')]
    for (let i = 0; i < 3; i++) expect(await summarise(hi)).toBe('other')
    expect(circuitsOf(breaker).state('down')).toBe('open')

    const { response, report } = await translate.withReport(hi)
    expect(response).toBe('other')
    const { attempts, skipped } = await report
    expect(attempts.map((attempt) => attempt.target)).toEqual(['other'])
    expect(skipped).toMatchObject([{ target: 'down' }])

    await clock.advance(10_000)
    expect(await translate(hi)).toBe('up')
    expect(circuitsOf(breaker).state('down')).toBe('closed')
    expect(await summarise(hi)).toBe('up')
    expect(down.calls).toHaveLength(5)
    expect(clock.pending).toBe(0)
  })

  test('keyed breakers: the outage of one tenant is not that of another', async () => {
    const clock = testClock()
    const perTenant = keyed(
      (ctx) => (ctx.request as Ask).prompt,
      () => circuitBreaker({ consecutiveFailures: 2, openMs: 5_000 }),
    )
    const model: Model = async ({ prompt }) => {
      if (prompt === 'bad') throw httpError(500)
      return prompt
    }
    const chat = pipeline(model, [perTenant], { clock })
    for (let i = 0; i < 2; i++)
      await expect(chat({ prompt: 'bad' })).rejects.toMatchObject({ status: 500 })
    await expect(chat({ prompt: 'bad' })).rejects.toBeInstanceOf(CircuitOpenError)
    expect(await chat({ prompt: 'good' })).toBe('good')
  })

  test('T12 the second round comes back to a target no earlier than it asked for, though timers fire early', async () => {
    const clock = testClock(0, { jitterMs: () => -3 })
    const limited = ask(fail(httpError(429, { headers: { 'retry-after': '2' } })), 'back')
    const gone = target('gone', ask(fail(httpError(403))))
    const chat = pipeline(limited, [fallback([gone]), retry()], { clock, provider: 'limited' })
    const call = outcomeOf(chat(hi))
    await clock.advance(10_000)
    expect(call).toMatchObject({ value: 'back' })
    expect(limited.calls).toHaveLength(2)
    expect(limited.calls[1]!.at).toBeGreaterThanOrEqual(2_000)
  })

  test('all targets fail: every failure is told, the first is the cause, and none looks retryable', async () => {
    const clock = testClock()
    const errors = [httpError(401), httpError(503), httpError(404)] as const
    const chat = canonical(
      ask(fail(errors[0])),
      [target('b', ask(fail(errors[1]))), target('c', ask(fail(errors[2])))],
      clock,
    )
    const call = outcomeOf(chat(hi))
    await clock.advance(60_000)
    const { error } = call
    expect(error).toBeInstanceOf(AllTargetsFailedError)
    const all = error as AllTargetsFailedError
    expect(all.cause).toBe(errors[0])
    expect(all.fault.retryable).toBe(false)
    expect(all.errors.map((one) => one.error)).toEqual(expect.arrayContaining([...errors]))
    expect('status' in all).toBe(false)
    expect(clock.pending).toBe(0)
  })
})

describe('corners', () => {
  test('the first of a crowd leaves, the second runs out of time: the third is served by the same request', async () => {
    const clock = testClock()
    const model = ask(after(1_000, 'late'))
    const chat = pipeline(
      model,
      [
        degrade<Ask, string>(() => 'sorry'),
        cache<Ask, string>({ scope: 'shared', ttlMs: 1_000 }),
        deadline({ timeoutMs: 5_000 }),
        retry(),
        circuitBreaker(),
        timeout({ timeoutMs: 3_000 }),
      ],
      { clock },
    )
    const controller = new AbortController()
    const leader = outcomeOf(chat(hi, { signal: controller.signal }))
    const second = outcomeOf(chat(hi, { deadline: 500 }))
    const third = outcomeOf(chat(hi))
    await clock.advance(100)
    controller.abort('left')
    await clock.advance(0)
    expect(leader.error).toBe('left')
    await clock.advance(450)
    expect(second.error).toBeInstanceOf(DeadlineExceededError)
    await clock.advance(500)
    expect(third.value).toBe('late')
    expect(model.calls).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })
  test('T43 a caller who leaves while probing gives the place back: the circuit is not stuck', async () => {
    const clock = testClock()
    const breaker = circuitBreaker({ consecutiveFailures: 1, openMs: 1_000 })
    const model = ask(fail(httpError(500)), hang(), 'up')
    const chat = pipeline(
      model,
      [deadline({ timeoutMs: 5_000 }), breaker, timeout({ timeoutMs: 3_000 })],
      { clock, provider: 'p' },
    )
    await expect(chat(hi)).rejects.toMatchObject({ status: 500 })
    await clock.advance(1_000)
    const c = new AbortController()
    const probe = outcomeOf(chat(hi, { signal: c.signal }))
    await clock.advance(10)
    c.abort('left')
    await clock.advance(0)
    expect(probe.error).toBe('left')
    expect(await chat(hi)).toBe('up')
    expect(circuitsOf(breaker).state('p')).toBe('closed')
  })
  test('a pipeline as the `call` of a target goes through the inner policies and shares the record', async () => {
    const clock = testClock()
    const innerModel = ask(fail(httpError(503)), 'inner ok')
    const nested = pipeline(innerModel, [retry(), timeout({ timeoutMs: 900 })], {
      name: 'nested',
      clock,
      random: () => 0,
    })
    const chat = pipeline(
      ask(fail(httpError(401))),
      [
        fallback<Ask, string>([{ id: 'n', provider: 'n', call: nested }]),
        circuitBreaker(),
        timeout({ timeoutMs: 30_000 }),
      ],
      { clock, provider: 'own' },
    )
    const call = outcomeOf(chat.withReport(hi))
    await clock.advance(60_000)
    expect(call.value?.response).toBe('inner ok')
    expect((await call.value!.report).attempts).toHaveLength(3)
    expect(clock.pending).toBe(0)
  })
  test('a nested pipeline that fits no target does not end the call', async () => {
    const clock = testClock()
    const none = pipeline(
      ask('x'),
      [fallback<Ask, string>([target('t', ask('y'))], { order: () => [] })],
      { name: 'none', clock },
    )
    const chat = pipeline(
      ask(fail(httpError(503))),
      [fallback<Ask, string>([none, target('z', ask('z'))])],
      { clock },
    )
    const call = outcomeOf(chat(hi))
    await clock.advance(10)
    expect(call.value).toBe('z')
  })
})
