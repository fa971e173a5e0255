import {
  contextKey,
  pipeline,
  type Context,
  type Handler,
  type Provider,
  type Universal,
} from '@holdfast/core'
import type { Keyv } from 'keyv'
import { expectTypeOf } from 'vitest'

import { cache } from './cache.ts'
import { keyvStore } from './keyv-store.ts'

interface Ask {
  readonly tenant: string
}
interface Answer {
  readonly text: string
}
declare const provider: Provider<Ask, Answer>
declare const keyv: Keyv
const tenant = contextKey<string>('tenant')

// A cache for everybody fits every pipeline.
expectTypeOf(cache({ scope: 'shared', ttlMs: 1 })).toEqualTypeOf<Universal<'cache', 1>>()
const everybody = cache({ scope: 'shared', ttlMs: 1, mode: 'stale-if-error', staleTtlMs: 1 })
expectTypeOf(pipeline(provider, [everybody])).toEqualTypeOf<Handler<Ask, Answer>>()

// Callbacks know what flows.
expectTypeOf(
  pipeline(provider, [
    cache({
      scope: (ctx) => {
        expectTypeOf(ctx).toEqualTypeOf<Context<Ask>>()
        return ctx.request.tenant
      },
      ttlMs: 1,
      cacheIf: (answer) => {
        expectTypeOf(answer).toEqualTypeOf<Answer>()
        return answer.text !== ''
      },
    }),
  ]),
).toEqualTypeOf<Handler<Ask, Answer>>()
pipeline(provider, [cache({ scope: (ctx) => ctx.get(tenant) ?? '', ttlMs: 1 })])
pipeline(provider, [cache({ scope: 'shared', ttlMs: 1, cacheIf: (answer) => answer.text !== '' })])

// whose answers they are, and how long they last, are decisions that nobody takes for you.
// @ts-expect-error -- no scope
cache({ ttlMs: 1 })
// @ts-expect-error -- no TTL
cache({ scope: 'shared' })
// @ts-expect-error -- not a scope
cache({ scope: 'global', ttlMs: 1 })
// @ts-expect-error -- a tenant must be a text
cache({ scope: (ctx: Context<Ask>) => ctx.get(tenant), ttlMs: 1 })
// @ts-expect-error -- how old may an answer get?
cache({ scope: 'shared', ttlMs: 1, mode: 'stale-if-error' })
// @ts-expect-error -- would do nothing
cache({ scope: 'shared', ttlMs: 1, staleTtlMs: 1 })

// A Keyv fits as it is.
cache({ scope: 'shared', ttlMs: 1, store: keyvStore(keyv) })
