import { abortScope, carry, liveOf, sleep, type Policy } from '@holdfast/core'
import { replay } from '@holdfast/core/stream'
import { expect, test } from 'vitest'

import type { PolicySubject, TestRequest } from './harness.ts'
import { POLICY_CLAUSES } from './policy-clauses.ts'
import { STREAM_CLAUSES } from './stream-clauses.ts'

const OF_STREAMS = new Set(STREAM_CLAUSES.map(({ says }) => says))

type TestPolicy = Policy<TestRequest, string>

/** The sentences of the clauses that this policy breaks. */
const brokenBy = async (create: PolicySubject): Promise<string[]> => {
  const broken: string[] = []
  for (const { says, check } of POLICY_CLAUSES) await check(create).catch(() => broken.push(says))
  return broken
}

/** The response, where it carries a stream and is none. */
const carrierOf = (response: unknown): object | undefined =>
  typeof response === 'object' && response !== null && !(Symbol.asyncIterator in response)
    ? response
    : undefined

const restOf = (chunks: AsyncIterator<unknown>) => ({
  next: () => chunks.next(),
  [Symbol.asyncIterator]: () => chunks,
})

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
    'keeps the place of a call that failed',
    'answers the next call as the first, however many have failed or were left',
    () => {
      let free = 20
      return async (_ctx, next) => {
        if (free === 0) throw new Error('full')
        free--
        const response = await next()
        free++
        return response
      }
    },
  ],
  [
    'leaves a scope linked to that of its caller',
    'leaves no timer and no abort listener behind (T4)',
    () => (ctx, next) => next({ scope: abortScope(ctx) }),
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
  [
    'buffers a stream',
    'hands a stream on at its first content, unless it judges whole answers, and all of it',
    () => async (_ctx, next) => {
      const response = await next()
      await liveOf(response)?.peek(() => false)
      return response
    },
  ],
  [
    'reads ahead what others were to read',
    'hands a stream on at its first content, unless it judges whole answers, and all of it',
    () => async (_ctx, next) => {
      const response = await next()
      const live = liveOf(response)
      if (live === undefined || carrierOf(response)) return response
      const chunks = live[Symbol.asyncIterator]()
      await chunks.next()
      return carry({ ...restOf(chunks), cancel: () => live.cancel() }, live) as unknown as string
    },
  ],
  [
    'copies what carries a stream',
    'hands on the very response that carries a stream',
    () => async (_ctx, next) => {
      const response = await next()
      const carrier = carrierOf(response)
      if (carrier === undefined) return response
      return carry({ ...carrier }, liveOf(carrier)!) as unknown as string
    },
  ],
  [
    'loses the stream that a response carries',
    'hands on the very response that carries a stream',
    () => async (_ctx, next) => {
      const response = await next()
      const carrier = carrierOf(response)
      return carrier === undefined ? response : ({ ...carrier } as unknown as string)
    },
  ],
  [
    'goes on after a break as if nothing had happened',
    'takes no broken stream for a whole one, and tells why it broke',
    () => async (ctx, next) => {
      const response = await next()
      liveOf(response)?.recoverWith(async ({ seen }) => ({
        stream: await replay([' and so on'], ctx),
        seam: {
          type: 'holdfast:seam',
          kind: 'resume',
          shown: seen.text.length,
          provider: ctx.provider,
          model: ctx.model,
        },
      }))
      return response
    },
  ],
  [
    'keeps upstream open for a reader who has left',
    'tells upstream at once when the reader of a stream leaves',
    () => async (_ctx, next) => {
      const response = await next()
      const live = liveOf(response)
      if (live === undefined || carrierOf(response)) return response
      const { next: read } = restOf(live[Symbol.asyncIterator]())
      const deaf = { [Symbol.asyncIterator]: () => ({ next: read }), cancel: () => live.cancel() }
      return carry(deaf, live) as unknown as string
    },
  ],
  [
    'keeps its timer while a stream is read, and after',
    'leaves no timer and no abort listener behind when a stream is over, broken or left',
    () => async (ctx, next) => {
      const response = await next()
      if (liveOf(response) !== undefined) ctx.clock.after(86_400_000, () => {})
      return response
    },
  ],
]

test.each(BAD)('a policy that %s breaks one clause: it %s', async (_name, clause, create) => {
  const broken = await brokenBy(create)
  // What goes wrong with whole answers mostly goes wrong with streams, too.
  expect(OF_STREAMS.has(clause) ? broken : broken.filter((says) => !OF_STREAMS.has(says))).toEqual([
    clause,
  ])
})

test('every clause can be broken', () => {
  const broken = new Set(BAD.map(([, clause]) => clause))
  expect(POLICY_CLAUSES.map(({ says }) => says).filter((says) => !broken.has(says))).toEqual([])
})
