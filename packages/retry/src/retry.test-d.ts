import { deadline, pipeline, timeout } from '@holdfast/core'
import type { Context, Fault, Handler, Placed, Policy, Universal } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import { retry, RETRY_DEFAULTS } from './index.ts'
import type { RetryOptions } from './index.ts'

interface Ask {
  readonly model: string
  readonly prompt: string
}
interface Answer {
  readonly text: string
}
declare const ask: (request: Ask, ctx: Context<Ask>) => Promise<Answer>
declare const generic: <Req>(request: Req, at: { readonly fault: Fault }) => Req | undefined

// Without `adapt` it fits any request, and what flows keeps its type.
expectTypeOf(retry()).toEqualTypeOf<Universal<'retry', 6>>()
expectTypeOf(retry({ delay: ({ attempt }) => attempt })).toEqualTypeOf<Universal<'retry', 6>>()
expectTypeOf(pipeline(ask, [retry()])).toEqualTypeOf<Handler<Ask, Answer>>()

// With `adapt` it is typed to the request that it changes, read from the provider.
const adapting = pipeline(ask, [
  retry({
    adapt: (request, { fault, attempt, ctx }) => {
      expectTypeOf(request).toEqualTypeOf<Ask>()
      expectTypeOf(fault).toEqualTypeOf<Fault>()
      expectTypeOf(attempt).toBeNumber()
      expectTypeOf(ctx).toEqualTypeOf<Context<Ask>>()
      return { ...request, model: 'small' }
    },
  }),
])
expectTypeOf(adapting).toEqualTypeOf<Handler<Ask, Answer>>()
expectTypeOf(pipeline(ask, [retry({ adapt: generic })])).toEqualTypeOf<Handler<Ask, Answer>>()
expectTypeOf(retry<Ask, Answer>({ adapt: generic })).toEqualTypeOf<
  Placed<'retry', 6, Ask, Answer>
>()
expectTypeOf(retry<Ask, Answer>({ adapt: generic })).toExtend<Policy<Ask, Answer>>()

// @ts-expect-error -- an adapted request must still be one
pipeline(ask, [retry({ adapt: () => ({ prompt: 5 }) })])
// @ts-expect-error -- 'deadline' must stand before (outside) 'retry'
pipeline(ask, [retry(), deadline({ timeoutMs: 1_000 })])
// @ts-expect-error -- 'retry' must stand before (outside) 'timeout'
pipeline(ask, [timeout({ timeoutMs: 1_000 }), retry({ adapt: (request) => request })])

// @ts-expect-error -- not a jitter
retry({ jitter: 'none' })
// @ts-expect-error -- not a fault kind
retry({ on: ['timeouts'] })
// @ts-expect-error -- not a fault kind
retry({ baseDelayMs: { servers: 5 } })
retry({ baseDelayMs: { server: 5 }, on: undefined })

expectTypeOf(RETRY_DEFAULTS).toExtend<RetryOptions>()
expectTypeOf(RETRY_DEFAULTS.maxAttempts).toBeNumber()
