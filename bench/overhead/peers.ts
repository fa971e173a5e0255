/** The same by other means: each peer in its own best idiom. */
import * as cockatiel from 'cockatiel'
import { Effect } from 'effect'
import compose from 'koa-compose'
import pRetry from 'p-retry'

import { bare, down, twiceDown, type Ask } from './holdfast.ts'

const isEmpty = (answer: string): boolean => !/\S/.test(answer)
const noWait = new cockatiel.ConstantBackoff(0)

const cockatielStack = (provider: Ask, failures: number): Ask => {
  const { handleAll } = cockatiel
  const stack = cockatiel.wrap(
    cockatiel.fallback(handleAll, 'other'),
    cockatiel.retry(
      handleAll.orWhenResult((answer) => isEmpty(answer as string)),
      { maxAttempts: 3, backoff: noWait },
    ),
    cockatiel.circuitBreaker(handleAll, {
      halfOpenAfter: 15_000,
      breaker: new cockatiel.ConsecutiveBreaker(failures),
    }),
    cockatiel.timeout(15_000, cockatiel.TimeoutStrategy.Aggressive),
  )
  return (request) => stack.execute(() => provider(request))
}
export const cockatielReal: Ask = cockatielStack(bare, 5)
export const cockatielFailing = (): Ask => cockatielStack(twiceDown(), 5)
export const cockatielOpen = (): Ask => {
  const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: 1e9,
    breaker: new cockatiel.ConsecutiveBreaker(1),
  })
  return () => breaker.execute(() => Promise.reject(down))
}

/** Effect has no breaker: four policies of the five. */
const effectStack =
  (provider: Ask): Ask =>
  (request) =>
    Effect.runPromise(
      Effect.tryPromise(() => provider(request)).pipe(
        Effect.timeout(15_000),
        Effect.filterOrFail(
          (answer) => !isEmpty(answer),
          () => down,
        ),
        Effect.retry({ times: 3 }),
        Effect.catch(() => Effect.promise(() => bare(request))),
      ),
    )
export const effectReal: Ask = effectStack(bare)
export const effectFailing = (): Ask => effectStack(twiceDown())

/** One policy of the five. */
const pRetryOf =
  (provider: Ask): Ask =>
  (request) =>
    pRetry(() => provider(request), { retries: 3, minTimeout: 0 })
export const pRetryReal: Ask = pRetryOf(bare)
export const pRetryFailing = (): Ask => pRetryOf(twiceDown())

/** What one would write by hand. */
export const handLoop = (fail?: () => Error): Ask => {
  const provider = twiceDown(fail)
  return async (request) => {
    for (let attempt = 1; ; attempt++)
      try {
        return await provider(request)
      } catch (error) {
        if (attempt === 4) throw error
      }
  }
}

interface KoaContext {
  readonly request: string
}
export const koaPassThrough = (style: 'async' | 'plain'): Ask => {
  const noop =
    style === 'async'
      ? () => async (_: KoaContext, next: () => Promise<unknown>) => next()
      : () => (_: KoaContext, next: () => Promise<unknown>) => next()
  const composed = compose<KoaContext>([
    noop(),
    noop(),
    noop(),
    noop(),
    noop(),
    (ctx) => bare(ctx.request),
  ])
  return (request) => composed({ request }) as Promise<string>
}
