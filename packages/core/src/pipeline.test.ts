import { fail, hang, httpError, recordEvents, script, testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import {
  anywhere,
  contextKey,
  deadline,
  health,
  pipeline,
  place,
  timeout,
  type Policy,
  type Provider,
} from './index.ts'

interface Req {
  readonly q: string
}
const req: Req = { q: 'hi' }
const echo: Provider<Req, string> = async ({ q }) => q
const again: Policy<Req, string> = async (_ctx, next) => {
  try {
    return await next({ attempt: 1 })
  } catch {
    return next({ attempt: 2 })
  }
}

describe('pipeline', () => {
  test('runs policies outermost first, and the answer flows back', async () => {
    const order: string[] = []
    const note =
      (name: string): Policy<Req, string> =>
      async (_ctx, next) => {
        order.push(`${name} in`)
        const answer = await next()
        order.push(`${name} out`)
        return answer
      }
    expect(await pipeline(echo, [note('a'), note('b')])(req)).toBe('hi')
    expect(order).toEqual(['a in', 'b in', 'b out', 'a out'])
  })

  test('T72 next() may be called again', async () => {
    const provider = script<Req>(fail(httpError(503)), fail(httpError(503)), 'third')
    const thrice: Policy<Req, string> = async (_ctx, next) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next({ attempt })
        } catch (error) {
          if (attempt === 3) throw error
        }
      }
    }
    expect(await pipeline(provider, [thrice])(req)).toBe('third')
    expect(provider.calls).toHaveLength(3)
  })

  test('T72 next() after the policy has settled is an error that names the policy', async () => {
    let late!: () => Promise<string>
    async function leaky(_ctx: unknown, next: () => Promise<string>): Promise<string> {
      late = next
      return next()
    }
    await pipeline(echo, [leaky])(req)
    await expect(late()).rejects.toThrow(/'leaky' called next\(\) after it had settled/)
  })

  test('T72 overlapping next() is an error, unless the policy declared it', async () => {
    const both = async (_ctx: unknown, next: () => Promise<string>): Promise<string> =>
      (await Promise.all([next(), next()])).join()
    await expect(pipeline(echo, [both])(req)).rejects.toThrow(
      /'both' called next\(\) again while its earlier one/,
    )
    const declared = place({ name: 'both', floor: 'hedge', concurrent: true }, both as never)
    expect(await pipeline(echo, [declared as Policy<Req, string>])(req)).toBe('hi,hi')
  })

  test('T73 a next() that nobody awaited and that fails does not end the process', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const forgetful: Policy<Req, string> = async (_ctx, next) => {
      void next()
      return 'early'
    }
    expect(await pipeline(script<Req>(fail(new Error('late'))), [forgetful])(req)).toBe('early')
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })

  test('T74 what a failed attempt set is invisible to the next one and outside; what the winner set is kept', async () => {
    const note = contextKey<string>('note')
    const seen: (string | undefined)[] = []
    const outer: Policy<Req, string> = async (ctx, next) => {
      const answer = await next()
      seen.push(ctx.get(note))
      return answer
    }
    const inner: Policy<Req, string> = (ctx, next) => {
      seen.push(ctx.get(note))
      ctx.set(note, `attempt ${ctx.attempt}`)
      return next()
    }
    await pipeline(script<Req>(fail(new Error('no')), 'yes'), [outer, again, inner])(req)
    expect(seen).toEqual([undefined, undefined, 'attempt 2'])
  })

  test('T74 what a failed attempt set is invisible from outside, however many forks it had, and what is tried again counts', async () => {
    const note = contextKey<string>('note')
    const seen: (string | undefined)[] = []
    const outer: Policy<Req, string> = async (ctx, next) => {
      const answer = await next().catch(() => 'none')
      seen.push(ctx.get(note))
      return answer
    }
    const forks: Policy<Req, string> = (ctx, next) => next({ deadline: ctx.clock.now() + 5_000 })
    const inner: Policy<Req, string> = (ctx, next) => {
      ctx.set(note, `attempt ${ctx.attempt}`)
      return next()
    }
    const no = fail(new Error('no'))
    const limit = timeout({ timeoutMs: 1_000 })
    await pipeline(script<Req>(no, no), [outer, forks, again, inner, limit])(req)
    await pipeline(script<Req>(no, 'yes'), [outer, forks, again, inner, limit])(req)
    expect(seen).toEqual([undefined, 'attempt 2'])
  })

  test('T74 what an outer policy set is still there after a failure, with and without overrides', async () => {
    const tenant = contextKey<string>('tenant')
    const seen: (string | undefined)[] = []
    const outer: Policy<Req, string> = async (ctx, next) => {
      ctx.set(tenant, 'acme')
      try {
        return await next()
      } finally {
        seen.push(ctx.get(tenant))
      }
    }
    const plainRetry: Policy<Req, string> = async (_ctx, next) => {
      try {
        return await next()
      } catch {
        return next()
      }
    }
    const inner: Policy<Req, string> = (ctx, next) => {
      seen.push(ctx.get(tenant))
      return next()
    }
    const provider = script<Req>(fail(new Error('no')), 'yes', fail(new Error('no')))
    await pipeline(provider, [outer, plainRetry, inner])(req)
    await pipeline(provider, [outer])(req).catch(() => {})
    expect(seen).toEqual(['acme', 'acme', 'acme', 'acme'])
  })

  test.each([
    ['the controller in place of its signal', { signal: new AbortController() }, 'signal must be'],
    ['no signal', { signal: null }, 'signal must be an AbortSignal, got null'],
    ['a text', { deadline: '5' }, "got '5'"],
    ['no number', { deadline: Number.NaN }, 'got NaN'],
    ['a time of day', { deadline: Date.now() + 30_000 }, "milliseconds of the pipeline's clock"],
  ])('%s is a rejection with a sentence, and nothing is sent', async (_what, wrong, says) => {
    const provider = script<Req>('yes')
    const ask = pipeline(provider, [])
    await expect(ask(req, wrong as never)).rejects.toThrow(says)
    await expect(ask.withReport(req, wrong as never)).rejects.toThrow(says)
    expect(provider.calls).toHaveLength(0)
  })

  test('T30 a model that cannot be read off the request is a rejection, not a throw', async () => {
    const model = (): string => {
      throw new TypeError('no such field')
    }
    const answer = pipeline(echo, [], { model })(req)
    await expect(answer).rejects.toThrow('no such field')
  })

  test('T77 nonsense is refused when it is built, also where the compiler cannot see the order', () => {
    const wrong = [timeout({ timeoutMs: 5 }), deadline({ timeoutMs: 10 })] as Policy<Req, string>[]
    expect(() => pipeline(echo, wrong)).toThrow("'deadline' must stand before (outside) 'timeout'")
    expect(() => pipeline(echo, [deadline({ timeoutMs: 10 }), timeout({ timeoutMs: 20 })])).toThrow(
      /longer than the deadline/,
    )
    expect(() =>
      pipeline(echo, [anywhere(timeout({ timeoutMs: 5 })), deadline({ timeoutMs: 10 })]),
    ).not.toThrow()
  })

  test('T78 the same policy value twice in one chain is refused', () => {
    const one = timeout({ timeoutMs: 5 })
    expect(() => pipeline(echo, [one, one])).toThrow(/same 'timeout' stands twice/)
  })

  test('T79 later changes to the options object and to the list of policies have no effect', async () => {
    const options = { timeoutMs: 50 }
    const policies: Policy<Req, string>[] = [timeout(options)]
    const clock = testClock()
    const ask = pipeline(script<Req>(hang()), policies, { clock })
    options.timeoutMs = 5
    policies.length = 0
    const answer = ask(req).catch((error: unknown) => (error as Error).message)
    await clock.advance(49)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    expect(await answer).toBe('No answer within 50 ms')
  })

  test('T28 whatever was thrown arrives as it is', async () => {
    for (const thrown of [{ status: 429 }, 'text', null, undefined])
      expect(
        await pipeline(script<Req>(fail(thrown)), [again])(req).then(
          () => 'no',
          (error: unknown) => ({ error }),
        ),
      ).toEqual({ error: thrown })
  })

  test('T30 T31 a provider may throw at once, or answer with a bare value or a thenable', async () => {
    const sync = (() => {
      throw new Error('sync')
    }) as Provider<Req, string>
    await expect(pipeline(sync, [])(req)).rejects.toThrow('sync')
    expect(
      await pipeline((() => undefined) as unknown as Provider<Req, undefined>, [])(req),
    ).toBeUndefined()
    // oxlint-disable-next-line unicorn/no-thenable -- a foreign thenable is the case
    const thenable = { then: (ok: (value: string) => void) => ok('then') }
    expect(await pipeline((() => thenable) as unknown as Provider<Req, string>, [])(req)).toBe(
      'then',
    )
  })

  test('T34 an override of the request reaches the provider and leaves the outer request alone', async () => {
    const provider = script<Req>('ok')
    const outer: Policy<Req, string> = async (ctx, next) =>
      `${await next({ request: { q: 'changed' } })} ${ctx.request.q}`
    expect(await pipeline(provider, [outer])(req)).toBe('ok hi')
    expect(provider.calls[0]?.request).toEqual({ q: 'changed' })
  })

  test('pipelines nest: signal, deadline, record and budget flow through', async () => {
    const clock = testClock()
    const inner = pipeline(script<Req>(fail(httpError(500)), 'second'), [again], { name: 'inner' })
    const outer = pipeline(inner, [deadline({ timeoutMs: 1_000 })], { name: 'outer', clock })
    const events = recordEvents(outer)
    const { response, report } = await outer.withReport(req)
    expect(response).toBe('second')
    expect((await report).attempts.map(({ n, outcome }) => `${n} ${outcome}`)).toEqual([
      '1 failed',
      '2 succeeded',
    ])
    expect(events.map(({ type }) => type)).toContain('attempt:failed')
  })

  test('R-31 nested pipelines share the retry budget of the call', async () => {
    const budgets: unknown[] = []
    const peek: Policy<Req, string> = (ctx, next) => (budgets.push(ctx.call.retryBudget), next())
    await pipeline(pipeline(echo, [peek]), [peek])(req)
    expect(budgets[0]).toBe(budgets[1])
  })

  test('detach gives background work its own signal, deadline and record, linked to the call', async () => {
    const abort = new AbortController()
    let background: Promise<string> | undefined
    let parent: unknown
    const tenant = contextKey<string>('tenant')
    const known: unknown[] = []
    const named: Policy<Req, string> = (ctx, next) => (ctx.set(tenant, 'acme'), next())
    const detached: Policy<Req, string> = async (ctx, next) => {
      const alone = ctx.detach()
      known.push(alone.get(tenant))
      alone.set(tenant, 'its own')
      known.push(ctx.get(tenant))
      parent = alone.call.parent === ctx.call
      background = next(alone)
      return 'now'
    }
    const ask = pipeline(
      async (_r: Req, ctx) => (ctx.signal.aborted ? 'aborted' : 'finished'),
      [named, detached],
    )
    expect(await ask(req, { signal: abort.signal })).toBe('now')
    expect(known).toEqual(['acme', 'acme'])
    abort.abort()
    expect(await background).toBe('finished')
    expect(parent).toBe(true)
  })

  test('health can be shared between pipelines', async () => {
    const shared = health()
    shared.of('x').state = 'open'
    let seen = ''
    await pipeline(echo, [(ctx, next) => ((seen = ctx.health.of('x').state), next())], {
      health: shared,
    })(req)
    expect(seen).toBe('open')
  })

  test('describe tells the worst case and what multiplies', () => {
    const ask = pipeline(echo, [deadline({ timeoutMs: 9_000 }), timeout({ timeoutMs: 3_000 })], {
      name: 'chat',
      providerRetries: 2,
    })
    expect(ask.describe()).toMatchObject({ name: 'chat', maxRequests: 3, maxMs: 3_000 })
    expect(ask.describe().warnings[0]).toMatch(/retries 2 times by itself/)
    expect(ask.policies).toEqual(['deadline', 'timeout'])
  })

  test('R-80 a wrong option is a sentence that names option and value', () => {
    expect(() => pipeline(echo, [], { nmae: 'x' } as never)).toThrow(
      "pipeline: unknown option 'nmae'",
    )
    expect(() => pipeline(echo, [], { name: 5 } as never)).toThrow(
      'pipeline: name must be a text that is not empty, got 5',
    )
    expect(() => pipeline('no' as never, [])).toThrow("provider must be a function, got 'no'")
    expect(() => pipeline(echo, ['no'] as never)).toThrow('a policy must be a function')
  })
})
