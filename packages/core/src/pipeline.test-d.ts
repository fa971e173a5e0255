// The signature of `pipeline` was chosen by these cases: six that must infer exactly, six that must be refused.
import { expectTypeOf } from 'vitest'

import { contextKey, type Context } from './context.ts'
import { deadline } from './deadline.ts'
import type { EventOf } from './events.ts'
import type { Fault } from './fault.ts'
import type { Handler } from './handler.ts'
import { keyed } from './keyed.ts'
import { pipeline } from './pipeline.ts'
import {
  anywhere,
  type InOrder,
  place,
  type Placed,
  type Policy,
  type Universal,
} from './policy.ts'
import type { CallReport } from './record.ts'
import type { Provider } from './target.ts'
import { timeout } from './timeout.ts'

interface Ask {
  readonly model: string
  readonly input: readonly string[]
  readonly user?: string
}
interface Answer {
  readonly data: readonly number[]
}
declare const sdk: { create(body: Ask, options: { signal: AbortSignal }): Promise<Answer> }

/** Policies of every make, as the packages have them. */
declare const retry: (options?: { maxAttempts?: number }) => Universal<'retry', 6>
declare const breaker: () => Universal<'circuitBreaker', 9>
declare const fallback: <Req, Res>(
  entries: readonly Provider<Req, Res>[],
) => Placed<'fallback', 5, Req, Res>
declare const cache: <Req, Res>(options: {
  store: { get(key: string): Res | undefined }
  keyOf: (request: Req) => string
}) => Placed<'cache', 1, Req, Res>
declare const repair: <Req, Res>(options: {
  again: (request: Req, error: Error) => NoInfer<Req>
}) => Placed<'retry', 6, Req, Res>

declare const named: Provider<Ask, Answer>
declare const other: Handler<Ask, Answer>
declare const store: { get(key: string): Answer | undefined }
declare const perModel: Placed<'circuitBreaker', 9, Ask, Answer>
declare const plain: Policy<Ask, Answer>

// Six that must infer exactly.

expectTypeOf(
  pipeline(async (body: Ask, { signal }) => sdk.create(body, { signal }), [retry()]),
).toEqualTypeOf<Handler<Ask, Answer>>()

expectTypeOf(
  pipeline(async (body: Ask, { signal }) => sdk.create(body, { signal }), [retry(), perModel]),
).toEqualTypeOf<Handler<Ask, Answer>>()

expectTypeOf(
  pipeline(
    async (body: Ask, { signal }) => sdk.create(body, { signal }),
    [cache({ store, keyOf: (body) => body.model }), retry()],
  ),
).toEqualTypeOf<Handler<Ask, Answer>>()

expectTypeOf(
  pipeline(
    async (body: Ask, { signal }) => sdk.create(body, { signal }),
    [
      retry(),
      async (ctx, next) => {
        const response = await next()
        expectTypeOf(response).toEqualTypeOf<Answer>()
        expectTypeOf(ctx).toEqualTypeOf<Context<Ask>>()
        return response
      },
    ],
  ),
).toEqualTypeOf<Handler<Ask, Answer>>()

expectTypeOf(
  pipeline(
    async (body: Ask, { signal }) => sdk.create(body, { signal }),
    [
      cache({ store, keyOf: (body) => body.model }),
      fallback([other]),
      repair({ again: (body, error) => ({ ...body, user: error.message }) }),
      retry(),
      plain,
      async (ctx, next) => {
        const response = await next({ attempt: 2, request: { ...ctx.request, model: 'small' } })
        expectTypeOf(response.data).toEqualTypeOf<readonly number[]>()
        return response
      },
      perModel,
    ],
  ),
).toEqualTypeOf<Handler<Ask, Answer>>()

expectTypeOf(
  pipeline(named, [
    cache({ store, keyOf: (body) => body.model }),
    fallback([other, pipeline(named, [retry()])]),
    repair({ again: (body, error) => ({ ...body, user: error.message }) }),
    retry(),
    plain,
    async (ctx, next) => {
      expectTypeOf(ctx.request).toEqualTypeOf<Ask>()
      return next()
    },
    perModel,
  ]),
).toEqualTypeOf<Handler<Ask, Answer>>()

// Six that must be refused.

// @ts-expect-error -- 'retry' must stand before (outside) 'circuitBreaker'
pipeline(async (body: Ask, { signal }) => sdk.create(body, { signal }), [breaker(), retry()])
// @ts-expect-error -- the same for a policy that is of one request and response
pipeline(async (body: Ask, { signal }) => sdk.create(body, { signal }), [perModel, retry()])
// @ts-expect-error -- 'cache' must stand before (outside) 'retry'
pipeline(named, [retry(), cache({ store, keyOf: (body) => body.model })])
pipeline(
  async (body: Ask, { signal }) => sdk.create(body, { signal }),
  // @ts-expect-error -- the response is not returned
  [retry(), async (_, next) => void (await next())],
)
// @ts-expect-error -- the same with a provider that has a type already
pipeline(named, [retry(), async (_, next) => void (await next())])
// @ts-expect-error -- a fallback that answers something else
pipeline(named, [retry(), fallback([async (): Promise<number> => 1])])

// The sentence that the compiler prints is English, and names the two.
declare const retryOne: ReturnType<typeof retry>
declare const breakerOne: ReturnType<typeof breaker>
expectTypeOf<
  InOrder<[typeof breakerOne, typeof retryOne]>
>().toEqualTypeOf<"'retry' must stand before (outside) 'circuitBreaker'">()
expectTypeOf<
  InOrder<[typeof plain, typeof perModel, typeof plain, typeof retryOne]>
>().toEqualTypeOf<"'retry' must stand before (outside) 'circuitBreaker'">()
expectTypeOf<InOrder<[typeof retryOne, typeof retryOne, typeof breakerOne]>>().toBeUnknown()
expectTypeOf<InOrder<[]>>().toBeUnknown()

// core's own, keyed ones and those of `place` are in the order too; `anywhere` is the way round.
pipeline(named, [deadline({ timeoutMs: 2 }), retry(), timeout({ timeoutMs: 1 })])
// @ts-expect-error -- 'deadline' must stand before (outside) 'retry'
pipeline(named, [retry(), deadline({ timeoutMs: 2 })])
// @ts-expect-error -- 'retry' must stand before (outside) 'timeout'
pipeline(named, [
  keyed(
    (ctx) => ctx.provider,
    () => timeout({ timeoutMs: 1 }),
  ),
  retry(),
])
// @ts-expect-error -- 'mine' must stand before (outside) 'timeout'
pipeline(named, [
  timeout({ timeoutMs: 1 }),
  place({ name: 'mine', floor: 'pace' }, (_, next) => next()),
])
expectTypeOf(pipeline(named, [anywhere(timeout({ timeoutMs: 1 })), retry()])).toEqualTypeOf<
  Handler<Ask, Answer>
>()

// A list that is made at run time has no order for the compiler; `pipeline` checks it then.
declare const list: readonly Policy<Ask, Answer>[]
expectTypeOf(pipeline(named, list)).toEqualTypeOf<Handler<Ask, Answer>>()
expectTypeOf(pipeline(named, [])).toEqualTypeOf<Handler<Ask, Answer>>()

// A handler is a provider, so pipelines nest.
expectTypeOf(other).toExtend<Provider<Ask, Answer>>()
expectTypeOf(pipeline(other, [retry()])).toEqualTypeOf<Handler<Ask, Answer>>()

// `any` never leaks: not out of a policy, a report or a fault.
expectTypeOf(retry()).not.toBeAny()
expectTypeOf(pipeline(named, [retry(), plain])('' as never)).resolves.not.toBeAny()
expectTypeOf(pipeline(named, [retry()]).withReport('' as never)).resolves.toEqualTypeOf<{
  readonly response: Answer
  readonly report: Promise<CallReport>
}>()
pipeline(named, [
  async (ctx, next) => {
    expectTypeOf(next).returns.resolves.toEqualTypeOf<Answer>()
    expectTypeOf(ctx.target.id).toBeString()
    expectTypeOf(ctx.classify('')).toEqualTypeOf<Fault>()
    // @ts-expect-error -- the context is readonly: hand overrides to next
    ctx.attempt = 2
    // @ts-expect-error -- the override must be a request of this pipeline
    return next({ request: { model: 5 } })
  },
])

// What is called must be asked what it takes.
// @ts-expect-error -- not a request
void other({ prompt: 'hi' })
// @ts-expect-error -- a provider must return a promise
pipeline((body: Ask) => body.model, [])
// @ts-expect-error -- `model` reads the request
pipeline(named, [], { model: (body) => body.engine })
pipeline(named, [], { model: (body) => body.model })
// @ts-expect-error -- an option that there is not
pipeline(named, [], { nme: 'chat' })

// Events: the name decides the payload.
other.events.on('call:failed', (event) => {
  expectTypeOf(event).toEqualTypeOf<EventOf<'call:failed'>>()
  expectTypeOf(event.fault).toEqualTypeOf<Fault>()
  expectTypeOf(event.type).toEqualTypeOf<'call:failed'>()
})
other.events.on('*', (event) => {
  if (event.type === 'call:succeeded') expectTypeOf(event.durationMs).toBeNumber()
})
// @ts-expect-error -- an event that there is not
other.events.on('call:fialed', () => {})

// Typed keys: what is read is what was written.
const tenant = contextKey<string>('tenant')
pipeline(named, [
  (ctx, next) => {
    expectTypeOf(ctx.get(tenant)).toEqualTypeOf<string | undefined>()
    ctx.set(tenant, 'acme')
    // @ts-expect-error -- another type than the key's
    ctx.set(tenant, 5)
    // @ts-expect-error -- an event that there is not
    ctx.emit('call:fialed', {})
    return next()
  },
])
