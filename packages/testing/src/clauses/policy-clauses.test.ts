import { sleep, type Policy } from '@holdfast/core'
import { expect, test } from 'vitest'

import type { PolicySubject, TestRequest } from './harness.ts'
import { POLICY_CLAUSES } from './policy-clauses.ts'

type TestPolicy = Policy<TestRequest, string>

/** The sentences of the clauses that this policy breaks. */
const brokenBy = async (create: PolicySubject): Promise<string[]> => {
  const broken: string[] = []
  for (const { says, check } of POLICY_CLAUSES) await check(create).catch(() => broken.push(says))
  return broken
}

const statusOf = (error: unknown): unknown => (error as { status?: unknown } | undefined)?.status
const messageOf = (error: unknown): unknown => (error as Error | undefined)?.message

const again: TestPolicy = async (ctx, next) => {
  try {
    return await next({ attempt: 1 })
  } catch (error) {
    if (statusOf(error) !== 503) throw error
    await sleep(ctx, 5_000)
    return next({ attempt: 2 })
  }
}

/** A limit that answers for its provider: it hears the abort itself, and takes back timer and listener. */
const limit: TestPolicy = (ctx, next) =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      cancel()
      stay()
    }
    const cancel = ctx.clock.after(3_600_000, () => reject(new Error('too slow')))
    const stay = ctx.scope.aborted
      ? () => {}
      : ctx.scope.onAbort((reason) => {
          cancel()
          reject(reason)
        })
    next().finally(leave).then(resolve, reject)
  })

const GOOD: Readonly<Record<string, TestPolicy>> = {
  'a policy that does nothing': (_ctx, next) => next(),
  'an async policy': async (_ctx, next) => {
    const response = await next()
    return response
  },
  'a retry that waits': again,
  'a limit with a timer': limit,
}

test.each(Object.entries(GOOD))('%s breaks no clause', async (_name, policy) => {
  expect(await brokenBy(() => policy)).toEqual([])
})

const BAD: readonly (readonly [string, string, PolicySubject])[] = [
  [
    'asks twice',
    'passes the response through untouched, for one request',
    () => async (_ctx, next) => {
      await next({ attempt: 1 })
      return next({ attempt: 2 })
    },
  ],
  [
    'throws a copy of the error',
    'rethrows the very error, an Error or not (T28)',
    () => (_ctx, next) =>
      next().catch((error: unknown) => {
        throw statusOf(error) === 503 ? Object.assign(new Error('copy'), error) : error
      }),
  ],
  [
    'takes what was thrown synchronously for a bug of its own',
    'takes a synchronous throw for a rejection (T30)',
    () => (_ctx, next) =>
      next().catch((error: unknown) => {
        throw messageOf(error) === 'thrown before there was a promise' ? new Error('bug') : error
      }),
  ],
  [
    'swallows what a thenable throws',
    'takes a foreign thenable for a promise (T31)',
    () => (_ctx, next) =>
      next().catch((error: unknown) => {
        if (messageOf(error) === 'thrown by then') return ''
        throw error
      }),
  ],
  [
    'reads an answer that is not there',
    'passes an undefined answer through (T31)',
    () => (_ctx, next) => next().then((response) => (response.length < 0 ? '' : response)),
  ],
  [
    'writes on the request',
    'hands on the very request, and does not change it',
    () => (ctx, next) => {
      Object.assign(ctx.request, { seen: true })
      return next()
    },
  ],
  [
    'sends a copy of the request',
    'hands on the very request, and does not change it',
    () => (ctx, next) => next({ request: { ...ctx.request } }),
  ],
  [
    'gives every caller the answer of the first',
    'keeps concurrent calls apart',
    () => {
      let running: Promise<string> | undefined
      return (_ctx, next) =>
        (running ??= next().finally(() => {
          running = undefined
        }))
    },
  ],
  [
    'leaves a listener on the signal',
    'leaves no timer and no abort listener behind (T4)',
    () => (ctx, next) => {
      ctx.signal.addEventListener('abort', () => {})
      return next()
    },
  ],
  [
    'leaves a listener on the scope',
    'leaves no timer and no abort listener behind (T4)',
    () => (ctx, next) => {
      ctx.scope.onAbort(() => {})
      return next()
    },
  ],
  [
    'leaves a timer armed',
    'leaves no timer and no abort listener behind (T4)',
    () => (ctx, next) =>
      next().finally(() => {
        if (!ctx.signal.aborted) ctx.clock.after(86_400_000, () => {})
      }),
  ],
  [
    'works on for a caller who has left',
    'does not ask the provider when already aborted, and rejects with the reason (T2)',
    () => (ctx, next) =>
      ctx.signal.aborted ? next({ signal: new AbortController().signal }) : next(),
  ],
  [
    'gives its own error for an abort',
    "rejects at once with the caller's reason while the provider works (T7, T10)",
    () => (ctx, next) => {
      const early = ctx.signal.aborted
      return next().catch((error: unknown) => {
        throw !early && ctx.signal.aborted && typeof error === 'string' ? new Error(error) : error
      })
    },
  ],
  [
    'sleeps through an abort',
    'rejects at once with the reason while it waits to ask again, and does not ask again (T1)',
    () => async (ctx, next) => {
      try {
        return await next({ attempt: 1 })
      } catch (error) {
        if (statusOf(error) !== 503) throw error
        await new Promise<void>((awake) => {
          ctx.clock.after(5_000, awake)
        })
        return next({ attempt: 2 })
      }
    },
  ],
  [
    'hears an abort only when its provider does',
    'rejects at once while it holds a timer, though the provider ignores the signal (T7)',
    () => (ctx, next) => next().finally(ctx.clock.after(60_000, () => {})),
  ],
]

test.each(BAD)('a policy that %s breaks one clause: it %s', async (_name, clause, create) => {
  expect(await brokenBy(create)).toEqual([clause])
})

test('every clause can be broken', () => {
  const broken = new Set(BAD.map(([, clause]) => clause))
  expect(POLICY_CLAUSES.map(({ says }) => says).filter((says) => !broken.has(says))).toEqual([])
})
