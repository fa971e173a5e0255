import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { script, testClock } from '@holdfast/testing'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import * as ours from '../src/index.ts'

type Core = typeof ours

/** The package as a user may have it a second time, of another version or behind a bundler: nothing in it is shared. */
const secondCopy = async (into: string): Promise<Core> => {
  await build({
    entry: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    outDir: into,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    noExternal: [/./],
    config: false,
    tsconfig: fileURLToPath(new URL('../tsconfig.build.json', import.meta.url)),
    silent: true,
  })
  return (await import(/* @vite-ignore */ pathToFileURL(join(into, 'index.mjs')).href)) as Core
}

let folder: string
let theirs: Core

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'two-copies-'))
  theirs = await secondCopy(folder)
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('T80 the second copy is one: none of its classes and functions is ours', () => {
  expect(theirs.TimeoutError).not.toBe(ours.TimeoutError)
  expect(theirs.pipeline).not.toBe(ours.pipeline)
  expect(new theirs.TimeoutError(5)).not.toBeInstanceOf(ours.HoldfastError)
})

describe('errors of the other copy', () => {
  test('T80 are recognised by kind, and by no other', () => {
    const errors = [
      new theirs.TimeoutError(5),
      new theirs.DeadlineExceededError(5),
      new theirs.ConfigurationError('x'),
    ]
    expect(errors.map((error) => ours.HoldfastError.is(error))).toEqual([true, true, true])
    expect(errors.map((error) => ours.TimeoutError.is(error))).toEqual([true, false, false])
    expect(errors.map((error) => ours.DeadlineExceededError.is(error))).toEqual([
      false,
      true,
      false,
    ])
    expect(errors.map((error) => ours.ConfigurationError.is(error))).toEqual([false, false, true])
    expect(ours.HoldfastError.is(new Error('theirs'))).toBe(false)
  })

  test('T80 keep their own fault when they are classified, in the chain of causes too', () => {
    const error = new theirs.TimeoutError(5)
    expect(ours.classify(error)).toEqual(error.fault)
    expect(ours.classify(new Error('wrapped', { cause: error })).kind).toBe('timeout')
    expect(ours.classify(new theirs.DeadlineExceededError(5)).kind).toBe('deadline-exceeded')
  })

  test('T80 as the reason of an abort are what they say, not a caller who left', async () => {
    const kinds: string[] = []
    const chat = ours.pipeline(
      async (_request: string, ctx): Promise<string> => {
        ctx.signal.throwIfAborted()
        throw new Error('of the SDK, because it was aborted')
      },
      [
        (ctx, next) => {
          const scope = ours.abortScope(ctx)
          const result = next({ scope })
          scope.abort(new theirs.TimeoutError(5))
          return result
        },
        async (ctx, next) => {
          try {
            return await next()
          } catch (error) {
            kinds.push(ctx.classify(error).kind)
            throw error
          }
        },
      ],
    )
    await expect(chat('hi')).rejects.toThrow('of the SDK')
    expect(kinds).toEqual(['timeout'])
  })
})

describe('policies of the other copy', () => {
  test('T80 work in our pipeline, and tell name, floor and shape', async () => {
    const clock = testClock()
    const chat = ours.pipeline(
      (_request: string, ctx) =>
        new Promise<string>((resolve) => ctx.clock.after(900, () => resolve('late'))),
      [theirs.deadline({ timeoutMs: 800 }), theirs.timeout({ timeoutMs: 70 })],
      { clock },
    )
    expect(ours.infoOf(theirs.timeout({ timeoutMs: 1 }))).toMatchObject({ floor: 'timeout' })
    expect(chat.describe()).toMatchObject({
      policies: [{ name: 'deadline' }, { name: 'timeout' }],
      maxMs: 70,
    })
    const failure = chat('hi').catch((error: unknown) => error)
    await clock.advance(70)
    expect(await failure).toSatisfy((error) => ours.TimeoutError.is(error))
  })

  test('T80 are checked for order together with ours', () => {
    const list: ours.Policy<unknown, string>[] = [
      theirs.timeout({ timeoutMs: 1 }),
      ours.deadline({ timeoutMs: 2 }),
    ]
    expect(() => ours.pipeline(script('x'), list)).toThrow(
      "'deadline' must stand before (outside) 'timeout'",
    )
    expect(() => ours.pipeline(script('x'), [ours.anywhere(list[0]!), list[1]!])).not.toThrow()
  })

  test('T80 fork the context and run a sleep that our scope wakes', async () => {
    const clock = testClock()
    const reason = new Error('left')
    const caller = new AbortController()
    const chat = ours.pipeline(
      script('x'),
      [
        async (ctx, next) => {
          await theirs.sleep(ctx, 1_000)
          return next({ attempt: 2 })
        },
      ],
      { clock },
    )
    const waiting = chat('hi', { signal: caller.signal }).catch((error: unknown) => error)
    caller.abort(reason)
    expect(await waiting).toBe(reason)
    expect(clock.pending).toBe(0)
  })
})

describe('a handler of the other copy', () => {
  test('T80 is a handler, and ours is one to it', () => {
    expect(ours.isHandler(theirs.pipeline(script('x'), []))).toBe(true)
    expect(theirs.isHandler(ours.pipeline(script('x'), []))).toBe(true)
    expect(ours.isHandler(script('x'))).toBe(false)
  })

  test('T80 nests: one call, one record, its attempts are counted once', async () => {
    const inner = theirs.pipeline(script('pong'), [theirs.timeout({ timeoutMs: 5_000 })], {
      name: 'inner',
    })
    const outer = ours.pipeline(inner, [ours.deadline({ timeoutMs: 9_000 })], { name: 'outer' })
    const { response, report } = await outer.withReport('ping')
    expect(response).toBe('pong')
    expect(await report).toMatchObject({
      route: 'outer',
      attempts: [{ n: 1, target: 'inner', outcome: 'succeeded' }],
    })
  })

  test('T80 nests: our abort and deadline reach its provider, its events reach our listeners', async () => {
    let seen: { signal: AbortSignal; deadline: number } | undefined
    const clock = testClock()
    const inner = theirs.pipeline(
      (_request: string, ctx) => {
        seen = { signal: ctx.signal, deadline: ctx.deadline }
        return new Promise<string>(() => {})
      },
      [],
      { name: 'inner' },
    )
    const outer = ours.pipeline(inner, [ours.deadline({ timeoutMs: 100 })], {
      name: 'outer',
      clock,
    })
    const routes: string[] = []
    outer.events.on('attempt:started', ({ route }) => routes.push(route))
    const failure = outer('hi').catch((error: unknown) => error)
    await clock.advance(100)
    expect(await failure).toSatisfy((error) => theirs.DeadlineExceededError.is(error))
    expect(seen).toMatchObject({ deadline: 100, signal: { aborted: true } })
    expect(routes).toEqual(['outer'])
  })
})
