import {
  contextKey,
  pipeline,
  place,
  type Context,
  type Handler,
  type Policy,
} from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { retry } from '@holdfast/retry'

// A policy is a function `(ctx, next) => Promise`. These are whole: there is nothing to register and no class to extend.

/** Tells how long each call took, whether it succeeded or not. */
export const timed = (tell: (route: string, ms: number) => void) => {
  return async <Req, Res>(ctx: Context<Req>, next: () => Promise<Res>): Promise<Res> => {
    const startedAt = ctx.clock.now()
    try {
      return await next()
    } finally {
      tell(ctx.route, ctx.clock.now() - startedAt)
    }
  }
}

/** Whose call it is: a typed slot that travels with the context. */
export const tenant = contextKey<string>('tenant')

/** Reads the tenant off the request, for the policies inside. */
export const withTenant =
  <Req, Res>(tenantOf: (request: Req) => string): Policy<Req, Res> =>
  (ctx, next) => {
    ctx.set(tenant, tenantOf(ctx.request))
    return next()
  }

/** Puts the tenant's rules before every prompt. What is inside sees the changed request, what is outside does not. */
export const houseRules =
  <Res>(rules: Readonly<Record<string, string>>): Policy<string, Res> =>
  (ctx, next) =>
    next({ request: `${rules[ctx.get(tenant) ?? ''] ?? 'Be kind.'}\n\n${ctx.request}` })

/** Lets at most so many calls in at once; the compiler keeps it outside of `retry`, because it says its floor. */
export const atMost = (limit: number) => {
  let running = 0
  return place({ name: 'atMost', floor: 'admit' }, async (_ctx, next) => {
    if (running >= limit) throw Object.assign(new Error('too busy'), { status: 429 })
    running++
    try {
      return await next()
    } finally {
      running--
    }
  })
}

/** All of them around one function. */
export const chat = (
  ask: (prompt: string) => Promise<string>,
  tell: (route: string, ms: number) => void,
): Handler<string, string> =>
  pipeline(
    ask,
    [
      timed(tell),
      withTenant((prompt) => prompt.split(':')[0] ?? ''),
      atMost(2),
      fallback([{ id: 'echo', provider: 'local', call: async (prompt) => `echo of ${prompt}` }]),
      retry({ baseDelayMs: 10 }),
      houseRules({ acme: 'Be brief.' }),
    ],
    { name: 'chat' },
  )

if (import.meta.main) {
  const ask = chat(
    async (prompt) => prompt.toUpperCase(),
    (route, ms) => console.log(`${route} took ${ms.toFixed(1)} ms`),
  )
  console.log(await ask('acme: what is a harbour?'))
}
