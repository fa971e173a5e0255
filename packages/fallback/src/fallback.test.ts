import {
  deadline,
  faultOf,
  isHandler,
  pipeline,
  type Dialect,
  type RequestNeeds,
} from '@holdfast/core'
import {
  after,
  fail,
  hang,
  httpError,
  recordEvents,
  script,
  testClock,
  type Step,
} from '@holdfast/testing'
import { expect, test } from 'vitest'

import { AllTargetsFailedError } from './errors.ts'
import { fallback } from './fallback.ts'
import type { FallbackEntry, FallbackOptions } from './options.ts'

const down = httpError(503)
const limited = httpError(429)

/** A target of its own provider that plays a script. */
const at = (id: string, ...steps: readonly Step<string, string>[]) => ({
  id,
  provider: id,
  call: script<string>(...steps),
})
const build = (
  targets: readonly FallbackEntry<string, string>[],
  options?: FallbackOptions<string>,
  more: Parameters<typeof pipeline<string, string, []>>[2] = {},
) => {
  const own = script<string>(fail(down))
  return {
    own,
    chat: pipeline(own, [fallback<string, string>(targets, options)], { name: 'own', ...more }),
  }
}
const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )

test("when every entry has a call of its own, the pipeline's own provider comes first", async () => {
  const claude = at('claude', 'from claude')
  const { own, chat } = build([claude])
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe('from claude')
  expect(own.calls).toHaveLength(1)
  expect((await report).served?.target).toBe('claude')
})

test('when an entry has none, the list is the whole list', async () => {
  const own = script<string>(fail(down), 'from mini')
  const chat = pipeline(own, [
    fallback([
      { id: 'gpt', provider: 'openai' },
      { id: 'mini', provider: 'openai' },
    ]),
  ])
  expect(await chat('hi')).toBe('from mini')
  expect(own.calls.map(({ target }) => target)).toEqual(['gpt', 'mini'])
})

test('an entry may be a plain function, known by its name, or a pipeline, called past the inner policies', async () => {
  async function plain(): Promise<string> {
    throw down
  }
  const inner = pipeline(script<string>('from the pipeline'), [], { name: 'inner' })
  expect(isHandler(inner)).toBe(true)
  const seen: string[] = []
  const chat = pipeline(
    script<string>(fail(down)),
    [
      fallback<string, string>([plain, inner]),
      (ctx, next) => {
        seen.push(ctx.target.id)
        return next()
      },
    ],
    { name: 'own' },
  )
  expect(await chat('hi')).toBe('from the pipeline')
  expect(seen).toEqual(['own', 'plain'])
})

test('a target that serves costs the others nothing', async () => {
  const [a, b] = [at('a', 'from a'), at('b', 'from b')]
  const chat = pipeline(a.call, [fallback<string, string>([b])])
  const events = recordEvents(chat)
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe('from a')
  expect(b.call.calls).toEqual([])
  expect((await report).skipped).toEqual([])
  expect(events.types().filter((type) => type.startsWith('fallback:'))).toEqual([])
})

test('R-23 a retired model goes to the next target, a wrong request does not', async () => {
  const next = at('next', 'served')
  const retired = pipeline(
    script<string>(fail(httpError(404, { body: { error: { code: 'model_not_found' } } }))),
    [fallback<string, string>([next])],
  )
  expect(await retired('hi')).toBe('served')
  const wrong = httpError(422)
  const chat = pipeline(script<string>(fail(wrong)), [fallback<string, string>([next])])
  expect(await caught(chat('hi'))).toBe(wrong)
  expect(next.call.calls).toHaveLength(1)
})

test('R-24 which faults fall back is set per class, never by status', async () => {
  const denied = httpError(401)
  const next = at('next', 'served')
  const by = (options?: FallbackOptions<string>) =>
    pipeline(script<string>(fail(denied)), [fallback<string, string>([next], options)])('hi')
  expect(await by()).toBe('served')
  expect(await caught(by({ on: ['server'] }))).toBe(denied)
})

test('the events name the way, and the last option', async () => {
  const { chat } = build([at('b', fail(limited)), at('c', 'served')])
  const events = recordEvents(chat)
  await chat('hi')
  expect(events.filter(({ type }) => type.startsWith('fallback:'))).toMatchObject([
    { type: 'fallback:taken', from: 'own', to: 'b', fault: { kind: 'overloaded' } },
    { type: 'fallback:taken', from: 'b', to: 'c', fault: { kind: 'rate-limited' } },
    { type: 'fallback:last-option', target: 'c' },
  ])
})

test('T66 T67 when all fail the error lists every attempt and every error, the first as its cause', async () => {
  const { chat } = build([at('b', fail(limited))])
  const error = await caught(chat('hi'))
  if (!AllTargetsFailedError.is(error)) throw error
  expect(error.cause).toBe(down)
  expect(error.errors.map((one) => [one.target, one.fault.kind, one.error])).toEqual([
    ['own', 'overloaded', down],
    ['b', 'rate-limited', limited],
  ])
  expect(error.attempts.map(({ target }) => target)).toEqual(['own', 'b'])
  expect(error.fault).toMatchObject({ kind: 'overloaded', retryable: false })
  expect(error.message).toBe('All targets failed: own (overloaded), b (rate-limited)')
})

test('the error of all names the earliest time to come back', async () => {
  const wait = (seconds: string) => fail(httpError(429, { headers: { 'retry-after': seconds } }))
  const { chat } = build([at('b', wait('20')), at('c', wait('5'))], {}, { clock: testClock() })
  expect(await caught(chat('hi'))).toMatchObject({ fault: { retryAfterMs: 5_000 } })
})

test('the earliest time to come back counts from when the error is thrown, not from when it was named', async () => {
  const clock = testClock()
  const wait = (seconds: number) => httpError(429, { headers: { 'retry-after': String(seconds) } })
  const late = at('late', after(40_000, fail(wait(70))))
  const chat = pipeline(script<string>(fail(wait(61))), [fallback<string, string>([late])], {
    clock,
  })
  const error = caught(chat('hi'))
  await clock.advance(40_000)
  expect(await error).toMatchObject({ fault: { retryAfterMs: 21_000, retryable: false } })
})

test('R-44 the first error is preserved when a later target says something else', async () => {
  const { chat } = build([at('b', fail(httpError(400)))])
  expect(await caught(chat('hi'))).toMatchObject({ cause: down, errors: { length: 2 } })
})

test('when only one target was tried, its very error is thrown', async () => {
  const chat = pipeline(script(fail(down)), [fallback([{ id: 'gpt', provider: 'openai' }])])
  expect(await caught(chat('hi'))).toBe(down)
})

test('T67 a target whose circuit is open is skipped without a request, and the reason is kept', async () => {
  const clock = testClock()
  const [b, c] = [at('b', 'from b'), at('c', 'from c')]
  const { chat } = build([b, c], {}, { clock })
  const events = recordEvents(chat)
  const open = pipeline(
    script<string>(fail(down)),
    [
      (ctx, next) => {
        Object.assign(ctx.health.of('b'), { state: 'open', until: ctx.clock.now() + 1_000 })
        return next()
      },
      fallback<string, string>([b, c]),
    ],
    { clock, events: chat.events },
  )
  const { response, report } = await open.withReport('hi')
  expect(response).toBe('from c')
  expect(b.call.calls).toHaveLength(0)
  expect((await report).skipped).toEqual([{ target: 'b', reason: 'its circuit is open' }])
  expect(events.find(({ type }) => type === 'fallback:skipped')).toMatchObject({ target: 'b' })
})

test('when no circuit is closed the soonest is tried, so that the breaker decides', async () => {
  const [b, c] = [at('b', 'from b'), at('c', 'from c')]
  const chat = pipeline(
    script<string>(fail(down)),
    [
      (ctx, next) => {
        for (const [id, until] of [
          ['own', 300],
          ['b', 200],
          ['c', 100],
        ] as const)
          Object.assign(ctx.health.of(id), { state: 'open', until })
        return next()
      },
      fallback<string, string>([b, c]),
    ],
    { name: 'own', clock: testClock() },
  )
  expect(await chat('hi')).toBe('from c')
})

test('T68 a caller who left is not served by another target', async () => {
  const next = at('next', 'served')
  const chat = pipeline(script<string>(hang()), [fallback<string, string>([next])])
  const controller = new AbortController()
  const pending = chat('hi', { signal: controller.signal })
  controller.abort('gone')
  await expect(pending).rejects.toBe('gone')
  expect(next.call.calls).toHaveLength(0)
})

test('T68 a stream that breaks after it was handed over is not begun again elsewhere', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield 'once upon'
    throw down
  }
  const call = script<string, AsyncGenerator<string>>(() => broken())
  const chat = pipeline(
    script<string, AsyncGenerator<string>>(() => broken()),
    [fallback<string, AsyncGenerator<string>>([{ id: 'next', provider: 'next', call }])],
  )
  const stream = await chat('hi')
  expect(await stream.next()).toMatchObject({ value: 'once upon' })
  await expect(stream.next()).rejects.toBe(down)
  expect(call.calls).toHaveLength(0)
})

test('R-47 1,000 concurrent calls with a failing first target are all served, in the order of the list', async () => {
  const [b, c] = [at('b', fail(down)), at('c', 'served')]
  const { own, chat } = build([b, c])
  const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => chat(String(i))))
  expect(answers.every((answer) => answer === 'served')).toBe(true)
  expect([own, b.call, c.call].map(({ calls }) => calls.length)).toEqual([1_000, 1_000, 1_000])
})

const needing = (needs: Partial<RequestNeeds>): Dialect => ({
  name: 'test',
  isRequest: () => true,
  isResponse: () => false,
  read: () => expect.unreachable(),
  needs: () => ({
    tools: false,
    jsonSchema: false,
    vision: false,
    streaming: false,
    inputTokens: 10,
    ...needs,
  }),
  modelOf: () => undefined,
  withModel: (request) => request,
  withMaxTokens: (request) => request,
  withMessage: (request) => request,
  withoutOldestTurn: () => undefined,
})

test('R-43 targets that cannot serve the request are skipped before dispatch, with the reason', async () => {
  const blind = { ...at('blind', 'x'), capabilities: { vision: false } }
  const small = { ...at('small', 'x'), contextWindow: 9 }
  const { chat } = build(
    [blind, small, at('able', 'served')],
    {},
    { dialect: needing({ vision: true }) },
  )
  const { response, report } = await chat.withReport('hi')
  expect(response).toBe('served')
  expect((await report).skipped).toEqual([
    { target: 'blind', reason: 'it cannot see images' },
    { target: 'small', reason: 'the request needs about 10 tokens, its window holds 9' },
  ])
  expect([blind, small].flatMap(({ call }) => call.calls)).toEqual([])
})

test('R-43 a request that the dialect does not know is not asked what it needs', async () => {
  const dialect: Dialect = {
    ...needing({}),
    isRequest: () => false,
    needs: () => expect.unreachable(),
  }
  const blind = { ...at('blind', 'served'), capabilities: { vision: false } }
  expect(await build([blind], {}, { dialect }).chat('hi')).toBe('served')
})

test('R-43 when none can, nothing is sent', async () => {
  const own = script<string>('never')
  const target = { id: 'gpt', provider: 'openai', capabilities: { tools: false } }
  const chat = pipeline(own, [fallback([target])], { dialect: needing({ tools: true }) })
  expect(await caught(chat('hi'))).toMatchObject({
    code: 'HOLDFAST_ALL_TARGETS_FAILED',
    message: 'No target can take this request: gpt: it cannot call tools',
    errors: [],
  })
  expect(own.calls).toEqual([])
})

const full = httpError(400, { body: { error: { code: 'context_length_exceeded' } } })

test('R-44 a full context window goes only to a larger one, and the first error is preserved', async () => {
  const first = { ...at('first', fail(full)), contextWindow: 100 }
  const same = { ...at('same', 'x'), contextWindow: 100 }
  const larger = { ...at('larger', fail(down)), contextWindow: 200 }
  const chat = pipeline(script<string>('own'), [
    fallback<string, string>([first, same, larger], { order: (targets) => targets.slice(1) }),
  ])
  expect(await caught(chat('hi'))).toMatchObject({ cause: full, errors: { length: 2 } })
  expect(same.call.calls).toEqual([])
})

const filtered = httpError(400, { body: { error: { code: 'content_filter' } } })

test('R-76 a safety verdict is never routed around by default: its very error is thrown', async () => {
  const next = at('next', 'served')
  const { chat } = build([at('b', fail(filtered)), next])
  expect(await caught(chat('hi'))).toBe(filtered)
  expect(next.call.calls).toEqual([])
})

test('R-75 R-76 opted into, it goes to the targets that are for it and to no other, and is audited', async () => {
  const [meant, other] = [at('meant', fail(down)), at('other', 'served')]
  const { chat } = build([at('b', fail(filtered)), meant, other], {
    onlyOn: { meant: ['content-filtered', 'overloaded'] },
  })
  const events = recordEvents(chat)
  expect(await caught(chat('hi'))).toMatchObject({ cause: down, errors: { length: 3 } })
  expect(other.call.calls).toEqual([])
  expect(events.find(({ type }) => type === 'fallback:audited')).toMatchObject({
    from: 'b',
    to: 'meant',
    fault: { kind: 'content-filtered' },
  })
})

test('a reserved target is never first and comes only after its faults', async () => {
  const long = at('long', 'from long')
  const { chat } = build([long], { onlyOn: { long: ['context-window'] } })
  expect(await caught(chat('hi'))).toBe(down)
  const overflowing = pipeline(script<string>(fail(full)), [
    fallback<string, string>([long], { onlyOn: { long: ['context-window'] } }),
  ])
  expect(await overflowing('hi')).toBe('from long')
})

test("order 'cost' begins with the cheapest; the own provider, whose price nobody knows, comes last", async () => {
  const price = (perMillion: number) => ({
    price: { inputPerMillion: perMillion, outputPerMillion: perMillion },
  })
  const dear = { ...at('dear', fail(down)), ...price(9) }
  const cheap = { ...at('cheap', fail(down)), ...price(1) }
  const { chat } = build([dear, cheap], { order: 'cost' })
  expect(await caught(chat('hi'))).toMatchObject({
    errors: [{ target: 'cheap' }, { target: 'dear' }, { target: 'own' }],
  })
})

test('an order of your own sees the request, and may not invent targets', async () => {
  const [b, c] = [at('b', 'from b'), at('c', 'from c')]
  const { chat } = build([b, c], {
    order: (targets, ctx) => targets.filter(({ id }) => id === ctx.request),
  })
  expect(await chat('c')).toBe('from c')
  let asked = 0
  const counted = build([b], { order: (targets) => (asked++, targets) })
  expect(await counted.chat('hi')).toBe('from b')
  expect(asked).toBe(1)
  for (const order of [
    () => [{ id: 'stranger', provider: 'p' }],
    () => [undefined],
    () => undefined,
    async () => [],
  ])
    await expect(build([b], { order: order as never }).chat('hi')).rejects.toThrow(
      'fallback: order must return a list of targets that it was given',
    )
})

test('describe() counts every target, pipelines in the list with their own worst case', () => {
  const inner = pipeline(script<string>('x'), [], { name: 'inner', providerRetries: 2 })
  const { chat } = build([at('b', 'x'), inner])
  expect(chat.describe().maxRequests).toBe(2 + 3)
})

test("the deadline of a pipeline in the list is that target's timeout: the call goes on", async () => {
  const clock = testClock()
  const slow = pipeline(script<string>(hang()), [deadline({ timeoutMs: 2_000 })], { name: 'slow' })
  const { chat } = build([slow, at('b', 'from b')], {}, { clock })
  const answer = chat('hi')
  await clock.advance(2_000)
  expect(await answer).toBe('from b')
})

test('a pipeline in the list that has no target for the request is passed over: the call goes on', async () => {
  const none = pipeline(
    script<string>('unreached'),
    [fallback([at('x', 'x')], { order: () => [] })],
    {
      name: 'none',
    },
  )
  const { chat } = build([none, at('b', 'from b')])
  expect(await chat('hi')).toBe('from b')
})

test('R-42 a target reads its own errors before the pipeline does, and no other’s', async () => {
  const loading = (error: unknown) =>
    (error as { status?: number }).status === 500
      ? faultOf('model-unavailable', 'the model is being loaded')
      : undefined
  const broken = (): Promise<string> => Promise.reject(Object.assign(new Error(), { status: 500 }))
  const { chat } = build([
    { id: 'local', provider: 'local', call: broken, classify: loading },
    { id: 'cloud', provider: 'cloud', call: broken },
  ])
  const error = await chat('hi').catch((thrown: unknown) => thrown)
  const { errors } = error as AllTargetsFailedError
  expect(errors.map(({ target, fault }) => [target, fault.kind])).toEqual([
    ['own', 'overloaded'],
    ['local', 'model-unavailable'],
    ['cloud', 'server'],
  ])
  expect(() => build([{ ...at('b', 'x'), classify: 'rows' } as never])).toThrow(
    "classify of target 'b' must be a function, got 'rows'",
  )
})
