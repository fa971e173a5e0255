import { script, testClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { keyed, type KeyedOptions } from './keyed.ts'
import { pipeline } from './pipeline.ts'
import { infoOf, place, type Policy, type Universal } from './policy.ts'
import { timeout } from './timeout.ts'

/** Instances that count their calls and are as busy as `busy` says. */
const workshop = (busy: ReadonlySet<string> = new Set()) => {
  const made: string[] = []
  const make = (key: string): Universal<'counter', 9> => {
    made.push(key)
    return place({ name: 'counter', floor: 'breaker', idle: () => !busy.has(key) }, (_ctx, next) =>
      next(),
    )
  }
  return { made, make }
}

/** A handler that keys by the request itself, and the keys for which an instance was made by calls. */
const chatOf = (options: KeyedOptions, busy?: ReadonlySet<string>) => {
  const { made, make } = workshop(busy)
  const policy = keyed((ctx) => String(ctx.request), make, options)
  // The one that was made to learn the floor is not of a key.
  expect(made.splice(0)).toEqual([''])
  const chat = pipeline(async (request: string) => request, [policy])
  return { chat, made }
}

describe('one instance per key', () => {
  test('is made on the first call of the key, and used from then on', async () => {
    const { chat, made } = chatOf({})
    for (const key of ['a', 'b', 'a', 'a', 'b']) expect(await chat(key)).toBe(key)
    expect(made).toEqual(['a', 'b'])
  })

  test('is handed context and next: it works as if it stood there itself', async () => {
    const clock = testClock()
    const waitMs: Record<string, number> = { quick: 10, slow: 1_000 }
    const chat = pipeline(
      (_request: string, ctx) =>
        new Promise<string>((resolve) => ctx.clock.after(500, () => resolve('late'))),
      [
        keyed(
          (ctx) => String(ctx.request),
          (key) => timeout({ timeoutMs: waitMs[key] ?? 1 }),
        ),
      ],
      { clock },
    )
    const quick = chat('quick').catch((error: Error) => error.name)
    const slow = chat('slow')
    await clock.advance(500)
    expect(await quick).toBe('TimeoutError')
    expect(await slow).toBe('late')
  })
})

describe('its floor', () => {
  const perKey = keyed(() => 'all', workshop().make)

  test('is that of the instances, and so is the name', () => {
    expect(infoOf(perKey)).toMatchObject({ name: 'counter', floor: 'breaker' })
    expect(pipeline(script('x'), [perKey]).policies).toEqual(['counter'])
  })

  test('is checked in a list that is made at run time', () => {
    const list: Policy<unknown, string>[] = [timeout({ timeoutMs: 1 }), perKey]
    expect(() => pipeline(script('x'), list)).toThrow(
      "'counter' must stand before (outside) 'timeout'",
    )
  })

  test('a shape is told through it', () => {
    const limited = keyed(
      () => 'all',
      () => timeout({ timeoutMs: 70 }),
    )
    expect(pipeline(script('x'), [limited]).describe().maxMs).toBe(70)
  })

  test('a policy without a floor cannot be keyed', () => {
    expect(() => keyed(() => 'all', (() => async () => 'x') as never)).toThrow(
      'keyed: the function must make a policy of a known floor',
    )
  })
})

describe('is bounded', () => {
  test('T55 a hundred thousand keys leave maxKeys instances', async () => {
    const { chat, made } = chatOf({ maxKeys: 100 })
    for (let n = 0; n < 100_000; n++) await chat(`key ${n}`)
    expect(made).toHaveLength(100_000)
    made.length = 0
    // The last hundred are there, and no other.
    for (let n = 99_900; n < 100_000; n++) await chat(`key ${n}`)
    expect(made).toEqual([])
    await chat('key 99899')
    expect(made).toEqual(['key 99899'])
  })

  test('T55 a flood of new keys forgets no instance that is not idle', async () => {
    const { chat, made } = chatOf({ maxKeys: 10 }, new Set(['failing']))
    await chat('failing')
    for (let n = 0; n < 1_000; n++) await chat(`flood ${n}`)
    await chat('failing')
    expect(made.filter((key) => key === 'failing')).toEqual(['failing'])
  })

  test('forgets the one that was not used for longest', async () => {
    const { chat, made } = chatOf({ maxKeys: 2 })
    for (const key of ['a', 'b', 'a', 'c']) await chat(key)
    made.length = 0
    for (const key of ['a', 'c', 'b']) await chat(key)
    expect(made).toEqual(['b'])
  })

  test('T55 is idle itself when all its instances are', async () => {
    const busy = new Set<string>()
    const { make } = workshop(busy)
    const inner = keyed((ctx) => String(ctx.request), make)
    await pipeline(async (request: string) => request, [inner])('a')
    expect(infoOf(inner)?.idle?.()).toBe(true)
    busy.add('a')
    expect(infoOf(inner)?.idle?.()).toBe(false)
  })

  test('an instance that says nothing of being idle is', async () => {
    const made: string[] = []
    const policy = keyed(
      (ctx) => String(ctx.request),
      (key) => {
        made.push(key)
        return timeout({ timeoutMs: Infinity })
      },
      { maxKeys: 1 },
    )
    const chat = pipeline(async (request: string) => request, [policy])
    for (const key of ['a', 'b', 'a']) await chat(key)
    expect(made).toEqual(['', 'a', 'b', 'a'])
  })

  test('keeps the least recently used order whatever the order of calls', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    await fc.assert(
      fc.asyncProperty(fc.array(key), fc.integer({ min: 1, max: 5 }), async (keys, maxKeys) => {
        const { chat, made } = chatOf({ maxKeys })
        const expected: string[] = []
        let kept: string[] = []
        for (const one of keys) {
          if (!kept.includes(one)) expected.push(one)
          kept = [...kept.filter((other) => other !== one), one].slice(-maxKeys)
          await chat(one)
        }
        expect(made).toEqual(expected)
      }),
    )
  })
})
