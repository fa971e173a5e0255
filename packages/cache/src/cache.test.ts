import {
  contextKey,
  DeadlineExceededError,
  deadline,
  pipeline,
  carry,
  type Dialect,
  type Handler,
  type Provider,
} from '@holdfast/core'
import {
  after,
  fail,
  hang,
  httpError,
  recordEvents,
  script,
  settle,
  testClock,
  type TestClock,
} from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { cache } from './cache.ts'
import { memoryStore } from './memory-store.ts'
import type { CacheOptions } from './options.ts'
import type { CacheEntry, CacheStore } from './store.ts'

type Ask = Record<string, unknown>

const SHARED = { scope: 'shared', ttlMs: 1_000 } as const
const STALE_IF_ERROR = { ...SHARED, mode: 'stale-if-error', staleTtlMs: 10_000 } as const
const REVALIDATE = { ...SHARED, mode: 'stale-while-revalidate', staleTtlMs: 10_000 } as const

interface Stage<Res> {
  readonly clock: TestClock
  readonly ask: Handler<Ask, Res>
}

const stage = <Res>(
  provider: Provider<Ask, Res>,
  options: CacheOptions<Ask, Res>,
  more: { dialect?: Dialect; clock?: TestClock; name?: string } = {},
): Stage<Res> => {
  const clock = more.clock ?? testClock(1_000_000)
  return { clock, ask: pipeline(provider, [cache(options)], { name: 'chat', ...more, clock }) }
}

const noteOf = async <Res>(ask: Handler<Ask, Res>, request: Ask) =>
  (await (await ask.withReport(request)).report).cache

/** A store that answers later and can be made to fail. */
const slowStore = (): CacheStore & { broken: boolean; entries: Map<string, CacheEntry> } => {
  const entries = new Map<string, CacheEntry>()
  const store = {
    entries,
    broken: false,
    get: async (key: string) => {
      await Promise.resolve()
      if (store.broken) throw new Error('connection lost')
      return entries.get(key)
    },
    set: async (key: string, entry: CacheEntry) => {
      await Promise.resolve()
      if (store.broken) throw new Error('connection lost')
      entries.set(key, entry)
    },
  }
  return store
}

describe('a hit', () => {
  test('R-56 answers without the provider, and the report says status, key and age', async () => {
    const provider = script<Ask>('first', 'second')
    const { ask, clock } = stage(provider, SHARED)
    const missed = await noteOf(ask, { q: 1 })
    expect(missed).toEqual({
      status: 'miss',
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      ageMs: 0,
    })
    await clock.advance(400)
    const { response, report } = await ask.withReport({ q: 1 })
    expect(response).toBe('first')
    expect(await report).toMatchObject({
      cache: { status: 'hit', key: missed?.key, ageMs: 400 },
      attempts: [],
      served: undefined,
    })
    expect(provider.calls).toHaveLength(1)
  })

  test('is one no more when its time is over', async () => {
    const provider = script<Ask>('first', 'second')
    const { ask, clock } = stage(provider, SHARED)
    expect(await ask({ q: 1 })).toBe('first')
    await clock.advance(999)
    expect(await ask({ q: 1 })).toBe('first')
    await clock.advance(1)
    expect(await ask({ q: 1 })).toBe('second')
  })

  test.each([null, 0, '', false, undefined])(
    'T69 may be %o, from a store that answers later too',
    async (value) => {
      for (const store of [memoryStore(), slowStore()]) {
        const provider = script<Ask, unknown>(() => value, 'not asked')
        const { ask } = stage<unknown>(provider, { ...SHARED, store })
        await ask({ q: 1 })
        await settle()
        expect(await ask({ q: 1 })).toBe(value)
        expect(provider.calls).toHaveLength(1)
      }
    },
  )

  test('T69 undefined survives a store that speaks JSON', async () => {
    const texts = new Map<string, string>()
    const store: CacheStore = {
      get: (key) => JSON.parse(texts.get(key) ?? 'null') as unknown,
      set: (key, entry) => texts.set(key, JSON.stringify(entry)),
    }
    const provider = script<Ask, unknown>(() => undefined, 'not asked')
    const { ask } = stage<unknown>(provider, { ...SHARED, store })
    await ask({ q: 1 })
    expect(await ask({ q: 1 })).toBeUndefined()
    expect(provider.calls).toHaveLength(1)
  })

  test('is told as an event, and so is a miss', async () => {
    const { ask, clock } = stage(script<Ask>('answer'), SHARED)
    const events = recordEvents(ask)
    await ask({ q: 1 })
    await clock.advance(5)
    await ask({ q: 1 })
    const [missed, hit] = events.filter(({ type }) => type.startsWith('cache:'))
    expect(missed).toMatchObject({ type: 'cache:missed', key: expect.any(String) })
    expect(hit).toMatchObject({ type: 'cache:hit', ageMs: 5 })
  })
})

describe('the key', () => {
  /** How many different answers these requests get. */
  const distinct = async (
    requests: readonly Ask[],
    options: Partial<CacheOptions> = {},
  ): Promise<number> => {
    const provider = script<Ask>((request) => JSON.stringify(request))
    const { ask } = stage(provider, { ...SHARED, ...options })
    for (const request of requests) await ask(request)
    return provider.calls.length
  }

  test('R-52 is exact: only the very same question is the same question', async () => {
    expect(
      await distinct([{ q: 'What is 2+2?' }, { q: 'what is 2+2?' }, { q: 'What is 2+2? ' }]),
    ).toBe(3)
  })

  test('R-53 never takes "enable 2FA" for "disable 2FA", nor any other near pair', async () => {
    const pairs = [
      'How do I enable 2FA?',
      'How do I disable 2FA?',
      'Is it safe?',
      'Is it unsafe?',
      'Paris to Rome',
      'Rome to Paris',
      'pay 100',
      'pay 1000',
      'before 1990',
      'after 1990',
    ]
    expect(
      await distinct(pairs.map((content) => ({ messages: [{ role: 'user', content }] }))),
    ).toBe(pairs.length)
  })

  test('R-54 holds the full request: model, tools, schema and provider options', async () => {
    const base = { model: 'a', messages: [], temperature: 0 }
    expect(
      await distinct([
        base,
        { ...base, model: 'b' },
        { ...base, tools: [{ name: 'x' }] },
        { ...base, tools: [{ name: 'y' }] },
        { ...base, response_format: { type: 'json_schema', json_schema: { name: 'a' } } },
        { ...base, temperature: 1 },
        { ...base, providerOptions: { openai: { user: 'a' } } },
      ]),
    ).toBe(7)
    expect(
      await distinct([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toBe(1)
  })

  test('R-54 holds the scope: tenants never share, and one called "shared" is not everybody', async () => {
    const provider = script<Ask>((_request, ctx) => `for ${ctx.callId}`)
    const store = memoryStore()
    const tenants = stage(provider, {
      ttlMs: 1_000,
      store,
      scope: ({ request }) => request['tenant'] as string,
      ignore: ['tenant'],
    })
    const everybody = stage(provider, { ...SHARED, store, ignore: ['tenant'] })
    const acme = await tenants.ask({ q: 1, tenant: 'acme' })
    expect(await tenants.ask({ q: 1, tenant: 'acme' })).toBe(acme)
    expect(await tenants.ask({ q: 1, tenant: 'other' })).not.toBe(acme)
    await tenants.ask({ q: 1, tenant: 'shared' })
    await everybody.ask({ q: 1 })
    expect(provider.calls).toHaveLength(4)
  })

  test('R-54 holds the route and the provider of the pipeline, so that a shared store mixes nothing up', async () => {
    const store = memoryStore()
    const provider = script<Ask>('a', 'b', 'c')
    const clock = testClock()
    const of = (name: string, by: string) =>
      pipeline(provider, [cache({ ...SHARED, store })], { name, provider: by, clock })
    expect(await of('chat', 'openai')({ q: 1 })).toBe('a')
    expect(await of('extract', 'openai')({ q: 1 })).toBe('b')
    expect(await of('chat', 'anthropic')({ q: 1 })).toBe('c')
    expect(await of('chat', 'openai')({ q: 1 })).toBe('a')
  })

  test('leaves out the declared noise', async () => {
    const requests = [
      { q: 1, user: 'a', metadata: { trace: 1, plan: 'x' } },
      { q: 1, user: 'b', metadata: { trace: 2, plan: 'x' } },
    ]
    expect(await distinct(requests)).toBe(2)
    expect(await distinct(requests, { ignore: ['user', 'metadata.trace'] })).toBe(1)
    expect(await distinct(requests, { ignore: ['metadata.trace'] })).toBe(2)
  })

  test('that cannot be made lets the call pass by, and says so', async () => {
    const provider = script<Ask>('one', 'two')
    const { ask } = stage(provider, SHARED)
    const events = recordEvents(ask)
    const request = { q: 1, execute: () => {} }
    expect(await noteOf(ask, request)).toEqual({ status: 'bypass', key: undefined, ageMs: 0 })
    expect(await ask(request)).toBe('two')
    const bypassed = events.find(({ type }) => type === 'cache:bypassed')
    expect(bypassed).toMatchObject({
      error: expect.objectContaining({
        message: expect.stringContaining("'execute' is a function"),
      }),
    })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no session')
      },
      'no session',
    ],
    ['promises a tenant', async () => 'acme', "'scope' must return a text"],
    ['names none', () => undefined, "'scope' must return a text"],
  ])('R-54 a scope that %s lets the call pass by, and says so', async (_how, scope, sentence) => {
    const provider = script<Ask>('one', 'two')
    const { ask } = stage(provider, { ttlMs: 1_000, scope: scope as never })
    const events = recordEvents(ask)
    expect(await ask({ q: 1 })).toBe('one')
    expect(await ask({ q: 1 })).toBe('two')
    expect(events.find(({ type }) => type === 'cache:bypassed')).toMatchObject({
      error: { message: expect.stringContaining(sentence) as string },
    })
  })

  test('R-54 an unknown tenant shares with nobody', async () => {
    const tenant = contextKey<string>('tenant')
    const provider = script<Ask>('one', 'two')
    const { ask } = stage(provider, { ttlMs: 1_000, scope: (ctx) => ctx.get(tenant) ?? '' })
    expect(await ask({ q: 1 })).toBe('one')
    expect(await ask({ q: 1 })).toBe('two')
  })
})

describe('what is kept', () => {
  const answer = (over: object) => ({ text: 'hi', finish: 'stop', tools: [], ...over })
  // The dialect of these answers: they say of themselves what they are.
  const dialect = {
    name: 'frank',
    isRequest: () => true,
    isResponse: (response: unknown) => typeof response === 'object',
    read: (response: unknown) => ({
      usage: { inputTokens: 0, outputTokens: 0, source: 'none' },
      ...(response as object),
    }),
    modelOf: () => undefined,
  } as unknown as Dialect

  /** Is the second asker given the first one's answer? */
  const isKept = async (
    response: unknown,
    options: Partial<CacheOptions<Ask>> = {},
  ): Promise<boolean> => {
    const provider = script<Ask, unknown>(() => response)
    const { ask } = stage<unknown>(provider, { ...SHARED, ...options }, { dialect })
    await ask({ q: 1 })
    await ask({ q: 1 })
    return provider.calls.length === 1
  }

  test('R-55 a whole answer', async () => {
    expect(await isKept(answer({}))).toBe(true)
  })

  test.each(['length', 'content-filter', 'refusal', 'context-window', 'pause', 'error', 'unknown'])(
    'R-55 not one that ended by %s',
    async (finish) => expect(await isKept(answer({ finish }))).toBe(false),
  )

  test('R-55 not a refusal, and not what the dialect cannot read', async () => {
    expect(await isKept(answer({ refusal: 'I cannot help with that' }))).toBe(false)
    expect(await isKept('an apology of a proxy')).toBe(false)
  })

  test('R-51 not tool calls, unless asked for', async () => {
    const acting = answer({ finish: 'tool-calls', tools: [{ name: 'pay', arguments: '{}' }] })
    expect(await isKept(acting)).toBe(false)
    // Some wires say 'stop' although there are calls.
    expect(await isKept({ ...acting, finish: 'stop' })).toBe(false)
    expect(await isKept(acting, { cacheToolCalls: true })).toBe(true)
  })

  test('only what cacheIf agrees to', async () => {
    expect(
      await isKept(answer({ text: 'sorry' }), {
        cacheIf: (r) => (r as { text: string }).text !== 'sorry',
      }),
    ).toBe(false)
    expect(await isKept(answer({}), { cacheIf: () => true })).toBe(true)
    expect(await isKept(answer({ finish: 'length' }), { cacheIf: () => true })).toBe(false)
  })

  test('not what an async cacheIf says, which would always be yes; that is told', async () => {
    const { ask } = stage(script<Ask>('first', 'second'), {
      ...SHARED,
      cacheIf: (async () => false) as never,
    })
    const events = recordEvents(ask)
    await ask({ q: 1 })
    await settle()
    expect(events.find(({ type }) => type === 'cache:store-failed')).toMatchObject({
      operation: 'set',
      error: { message: 'cache: cacheIf must return true or false, got a promise' },
    })
    expect(await ask({ q: 1 })).toBe('second')
  })

  test('R-55 never a failure', async () => {
    const provider = script<Ask>(fail(httpError(503)), 'answer')
    const { ask } = stage(provider, SHARED)
    await expect(ask({ q: 1 })).rejects.toMatchObject({ status: 503 })
    expect(await ask({ q: 1 })).toBe('answer')
  })

  test('never a stream or a Response, which can be read once only', async () => {
    for (const make of [
      () => carry({}, { over: new Promise<void>(() => {}) } as never),
      () => new Response('x'),
      () => new ReadableStream(),
      async function* () {
        yield 'x'
      },
    ]) {
      const provider = script<Ask, object>(make)
      const { ask } = stage<object>(provider, SHARED)
      const [one, other] = await Promise.all([ask({ q: 1 }), ask({ q: 1 })])
      expect(one).not.toBe(other)
      expect(await ask({ q: 1 })).not.toBe(one)
    }
  })

  test('the caller of a stream still cancels it after it was handed over', async () => {
    let upstream: AbortSignal | undefined
    const { ask } = stage<object>((_request, ctx) => {
      upstream = ctx.signal
      return Promise.resolve(carry({}, { over: new Promise<void>(() => {}) } as never))
    }, SHARED)
    const caller = new AbortController()
    await ask({ q: 1 }, { signal: caller.signal })
    caller.abort('enough')
    expect(upstream?.reason).toBe('enough')
  })
})

describe('single flight', () => {
  test('T70 asks once for all who come together; the first one pays, the others are told', async () => {
    const provider = script<Ask>(after(10, 'answer'))
    const { ask, clock } = stage(provider, SHARED)
    const calls = [1, 2, 3].map(() => ask.withReport({ q: 1 }))
    await clock.advance(10)
    const reports = await Promise.all(calls.map(async (call) => (await call).report))
    expect(reports.map(({ cache: note }) => note?.status)).toEqual([
      'miss',
      'coalesced',
      'coalesced',
    ])
    expect(reports.map(({ attempts }) => attempts.length)).toEqual([1, 0, 0])
    expect(provider.calls).toHaveLength(1)
  })

  test('T70 outlives the abort of the first caller', async () => {
    const provider = script<Ask>(after(10, 'answer'))
    const { ask, clock } = stage(provider, SHARED)
    const first = new AbortController()
    const left = ask({ q: 1 }, { signal: first.signal }).catch((e: unknown) => e)
    const stayed = ask({ q: 1 })
    await clock.advance(5)
    first.abort('gone')
    await clock.advance(0)
    expect(await left).toBe('gone')
    await clock.advance(5)
    expect(await stayed).toBe('answer')
    expect(provider.calls).toHaveLength(1)
  })

  test("T70 one waiter's deadline is not the others'", async () => {
    const provider = script<Ask>(after(100, 'answer'))
    const { ask, clock } = stage(provider, SHARED)
    const hasty = ask({ q: 1 }, { deadline: clock.now() + 20 }).catch((e: unknown) => e)
    const patient = ask({ q: 1 })
    await clock.advance(20)
    expect(DeadlineExceededError.is(await hasty)).toBe(true)
    await clock.advance(80)
    expect(await patient).toBe('answer')
  })

  test("T70 the last waiter's abort cancels the work, and nobody joins what is being cancelled", async () => {
    let reason: unknown
    const provider = script<Ask>((request, ctx) => {
      ctx.scope.onAbort((why) => (reason = why))
      return hang()(request, ctx)
    }, 'answer')
    const { ask, clock } = stage(provider, SHARED)
    const callers = [new AbortController(), new AbortController()]
    const calls = callers.map(({ signal }) => ask({ q: 1 }, { signal }).catch((e: unknown) => e))
    await clock.advance(1)
    callers[0]?.abort('first')
    await clock.advance(1)
    expect(reason).toBeUndefined()
    callers[1]?.abort('last')
    expect(await ask({ q: 1 })).toBe('answer')
    expect(reason).toBe('last')
    expect(await Promise.all(calls)).toEqual(['first', 'last'])
  })

  test("T70 a failure is everyone's who waited, and nobody's who asks later", async () => {
    const error = httpError(503)
    const provider = script<Ask>(after(10, fail(error)), 'answer')
    const { ask, clock } = stage(provider, SHARED)
    const calls = [1, 2].map(() =>
      ask({ q: 1 }).catch((e: unknown) => ask({ q: 1 }).then((later) => [e, later])),
    )
    await clock.advance(10)
    expect(await Promise.all(calls)).toEqual([
      [error, 'answer'],
      [error, 'answer'],
    ])
    expect(provider.calls).toHaveLength(2)
  })
})

describe('stale answers', () => {
  test('T71 stale-if-error gives the old answer with its age when a new one cannot be had', async () => {
    const error = httpError(503)
    const { ask, clock } = stage(script<Ask>('old', fail(error)), STALE_IF_ERROR)
    const events = recordEvents(ask)
    await ask({ q: 1 })
    await clock.advance(5_000)
    const { response, report } = await ask.withReport({ q: 1 })
    expect(response).toBe('old')
    expect(await report).toMatchObject({
      cache: { status: 'stale', ageMs: 5_000 },
      attempts: [{ outcome: 'failed' }],
      served: undefined,
    })
    expect(events.find(({ type }) => type === 'cache:stale-served')).toMatchObject({
      ageMs: 5_000,
      fault: { kind: 'overloaded' },
    })
  })

  test('T71 not one that is too old', async () => {
    const { ask, clock } = stage(script<Ask>('old', fail(httpError(503))), STALE_IF_ERROR)
    await ask({ q: 1 })
    await clock.advance(11_000)
    await expect(ask({ q: 1 })).rejects.toMatchObject({ status: 503 })
  })

  test('T71 the default is to give none', async () => {
    const { ask, clock } = stage(script<Ask>('old', fail(httpError(503))), SHARED)
    await ask({ q: 1 })
    await clock.advance(1_000)
    await expect(ask({ q: 1 })).rejects.toMatchObject({ status: 503 })
  })

  test.each([400, 422])('T71 not for a request that is itself wrong (%i)', async (status) => {
    const { ask, clock } = stage(script<Ask>('old', fail(httpError(status))), STALE_IF_ERROR)
    await ask({ q: 1 })
    await clock.advance(5_000)
    await expect(ask({ q: 1 })).rejects.toMatchObject({ status })
  })

  test('T71 not to a caller who left', async () => {
    const { ask, clock } = stage(script<Ask>('old', hang()), STALE_IF_ERROR)
    await ask({ q: 1 })
    await clock.advance(5_000)
    const caller = new AbortController()
    const call = ask({ q: 1 }, { signal: caller.signal }).catch((e: unknown) => e)
    await clock.advance(1)
    caller.abort('gone')
    expect(await call).toBe('gone')
  })

  test('T71 when the deadline is gone', async () => {
    const clock = testClock()
    const ask = pipeline(
      script<Ask>('old', hang()),
      [cache(STALE_IF_ERROR), deadline({ timeoutMs: 50 })],
      { clock },
    )
    await ask({ q: 1 })
    await clock.advance(5_000)
    const call = ask({ q: 1 })
    await clock.advance(50)
    expect(await call).toBe('old')
  })

  test('stale-while-revalidate gives the old answer at once and asks for a new one, once', async () => {
    const provider = script<Ask>('old', after(100, 'new'))
    const { ask, clock } = stage(provider, REVALIDATE)
    await ask({ q: 1 })
    await clock.advance(2_000)
    expect(await Promise.all([ask({ q: 1 }), ask({ q: 1 })])).toEqual(['old', 'old'])
    await clock.advance(100)
    expect(await noteOf(ask, { q: 1 })).toMatchObject({ status: 'hit', ageMs: 0 })
    expect(await ask({ q: 1 })).toBe('new')
    expect(provider.calls).toHaveLength(2)
  })

  test('the refresh survives the caller who set it off, and its failure is told', async () => {
    const { ask, clock } = stage(script<Ask>('old', after(100, fail(httpError(500)))), REVALIDATE)
    const events = recordEvents(ask)
    await ask({ q: 1 })
    await clock.advance(2_000)
    const caller = new AbortController()
    expect(await ask({ q: 1 }, { signal: caller.signal })).toBe('old')
    caller.abort()
    await clock.advance(100)
    expect(events.find(({ type }) => type === 'cache:refresh-failed')).toMatchObject({
      fault: { kind: 'server' },
    })
  })
})

describe('the store', () => {
  test('T69 that fails is a miss, never a failed call', async () => {
    const store = slowStore()
    store.broken = true
    const { ask } = stage(script<Ask>('answer'), { ...SHARED, store })
    const events = recordEvents(ask)
    expect(await ask({ q: 1 })).toBe('answer')
    await settle()
    const failures = events.filter(({ type }) => type === 'cache:store-failed')
    expect(failures).toMatchObject([{ operation: 'get' }, { operation: 'set' }])
  })

  test('T69 that throws at once is a miss too', async () => {
    const broken = (): never => {
      throw new Error('no such table')
    }
    const { ask } = stage(script<Ask>('answer'), { ...SHARED, store: { get: broken, set: broken } })
    expect(await ask({ q: 1 })).toBe('answer')
  })

  test('T69 that is slow is a miss after storeTimeoutMs, and delays no answer when it writes', async () => {
    const never = (): Promise<never> => new Promise(() => {})
    const { ask, clock } = stage(script<Ask>('answer'), {
      ...SHARED,
      store: { get: never, set: never },
      storeTimeoutMs: 50,
    })
    let answer: string | undefined
    const call = ask({ q: 1 }).then((response) => (answer = response))
    await clock.advance(49)
    expect(answer).toBeUndefined()
    await clock.advance(1)
    expect(await call).toBe('answer')
    expect(clock.pending).toBe(0)
  })

  test('that dawdles does not hold up a caller who leaves', async () => {
    const provider = script<Ask>('answer')
    const { ask, clock } = stage(provider, {
      ...SHARED,
      store: { get: () => new Promise(() => {}), set: () => {} },
    })
    const caller = new AbortController()
    const call = ask({ q: 1 }, { signal: caller.signal }).catch((e: unknown) => e)
    await clock.advance(1)
    caller.abort('gone')
    expect(await call).toBe('gone')
    await clock.advance(5_000)
    expect(provider.calls).toHaveLength(0)
    expect(clock.pending).toBe(0)
  })

  const now = { storedAt: testClock(1_000_000).wall() }
  const garbage = [
    { v: 2, ...now, response: 'other' },
    { v: 0, ...now, response: 'of an older format' },
    { v: 1, ...now, response: 'kept in a way that comes later', as: 'gzip' },
    { v: 1, ...now, response: 'chunks that are none', as: 'chunks' },
    { v: 1, ...now, response: 'frozen by a dialect that we have not', as: 'frozen' },
    { v: 1, storedAt: String(now.storedAt), response: 'other' },
    { v: 1, storedAt: NaN, response: 'other' },
    'text',
    7,
    null,
    {},
    [],
  ]
  test.each(garbage)('that holds %o, which is not ours, is a miss', async (found) => {
    for (const options of [SHARED, STALE_IF_ERROR, REVALIDATE]) {
      const { ask } = stage(script<Ask>('answer'), {
        ...options,
        store: { get: () => found, set: () => {} },
      })
      expect(await ask({ q: 1 })).toBe('answer')
    }
  })

  test('that gives something that cannot be looked at is a miss', async () => {
    const found = new Proxy(
      {},
      {
        get() {
          throw new Error('connection lost')
        },
      },
    )
    const { ask } = stage(script<Ask>('answer'), {
      ...SHARED,
      store: { get: () => found, set: () => {} },
    })
    expect(await ask({ q: 1 })).toBe('answer')
  })

  describe('whose entry the dialect can no longer read', () => {
    const old = testClock(1_000_000).wall()
    const dialect = {
      name: 'newer',
      freeze: (response: unknown) => response,
      thaw: () => {
        throw new Error('of an older version')
      },
      isResponse: () => true,
      read: () => ({ finish: 'stop', tools: [], text: '' }),
      modelOf: () => undefined,
    } as unknown as Dialect
    const store = { get: () => ({ v: 1, storedAt: old, response: 1, as: 'frozen' }), set: () => {} }
    const clock = (): TestClock => testClock(1_005_000)

    test.each([
      ['fresh', { ...SHARED, ttlMs: 60_000 }],
      ['stale while it is refreshed', REVALIDATE],
    ])('has none: %s', async (_how, options) => {
      const more = { dialect, clock: clock() }
      const { ask } = stage(script<Ask>('answer'), { ...options, store }, more)
      const events = recordEvents(ask)
      expect(await ask({ q: 1 })).toBe('answer')
      expect(events.types()).toContain('cache:store-failed')
    })

    test('has no old answer for a failure: its very error is thrown', async () => {
      const error = httpError(503)
      const { ask } = stage(
        script<Ask>(fail(error)),
        { ...STALE_IF_ERROR, store },
        { dialect, clock: clock() },
      )
      await expect(ask({ q: 1 })).rejects.toBe(error)
    })
  })

  test('whose clock runs ahead of ours keeps fresh answers, of no age', async () => {
    const entry = { v: 1, storedAt: testClock(1_000_000).wall() + 60_000, response: 'kept' }
    const { ask } = stage(script<Ask>('not asked'), {
      ...SHARED,
      store: { get: () => entry, set: () => {} },
    })
    expect(await noteOf(ask, { q: 1 })).toMatchObject({ status: 'hit', ageMs: 0 })
  })

  test('gets the envelope, and the time that the answer may be of use', async () => {
    const kept: unknown[] = []
    const { ask, clock } = stage(script<Ask>('answer'), {
      ...STALE_IF_ERROR,
      store: { get: () => {}, set: (...all) => kept.push(...all) },
    })
    await ask({ q: 1 })
    expect(kept).toEqual([
      expect.any(String),
      { v: 1, storedAt: clock.wall(), response: 'answer' },
      11_000,
    ])
  })

  test('T71 two policies with one options object share nothing, unless they are given one store', async () => {
    const clock = testClock()
    const asked = async (options: CacheOptions<Ask, string>): Promise<number> => {
      const provider = script<Ask>('answer')
      for (const policy of [cache(options), cache(options)])
        await pipeline(provider, [policy], { clock, name: 'chat' })({ q: 1 })
      return provider.calls.length
    }
    expect(await asked(SHARED)).toBe(2)
    expect(await asked({ ...SHARED, store: memoryStore() })).toBe(1)
  })
})
