import {
  AbortScope,
  place,
  settled,
  standIn,
  type CacheNote,
  type Context,
  type Fault,
  type Next,
  type Placed,
  type Universal,
} from '@holdfast/core'

import { keyMaker } from './key.ts'
import { memoryStore } from './memory-store.ts'
import { settingsOf, type CacheOptions } from './options.ts'
import { patiently } from './patience.ts'
import { SingleFlight, type Flight } from './single-flight.ts'
import { ageOf, isCovered } from './stale.ts'
import { canRestore, isComplete, isShareable, kept, restored } from './storable.ts'
import { isEntry, type CacheEntry } from './store.ts'

/**
 * Gives an answer again to the very same request of the same scope; asks only once for callers who come together.
 *
 * Stands outside everything but `degrade`: what arrives here has passed the validators. Only whole answers are kept.
 *
 * @example
 * cache({ scope: (ctx) => ctx.get(tenant) ?? '', ttlMs: 600_000, mode: 'stale-if-error', staleTtlMs: 86_400_000 })
 *
 * @throws ConfigurationError for a missing scope or TTL, or a bad option
 */
export function cache(
  options: CacheOptions<never, never> & { scope: 'shared'; cacheIf?: never },
): Universal<'cache', 1>
export function cache<Req, Res>(options: CacheOptions<Req, Res>): Placed<'cache', 1, Req, Res>
export function cache<Req, Res>(options: CacheOptions<Req, Res>): Placed<'cache', 1, Req, Res> {
  const settings = settingsOf(options)
  const { ttlMs, staleTtlMs, mode, storeTimeoutMs, cacheToolCalls, cacheIf } = settings
  const store = settings.store ?? memoryStore()
  const keyOf = keyMaker(settings.scope, settings.ignore)
  const flights = new SingleFlight()

  /** The key, or undefined for a request that cannot be told from others. */
  const find = async (ctx: Context<Req>): Promise<string | undefined> => {
    try {
      return await keyOf(ctx)
    } catch (error) {
      note(ctx, 'bypass', undefined)
      ctx.emit('cache:bypassed', { error })
      return undefined
    }
  }

  /** The stored answer; a store that fails or dawdles has none. */
  const read = async (ctx: Context<Req>, key: string): Promise<CacheEntry | undefined> => {
    try {
      const found = await patiently(ctx, store.get(key), storeTimeoutMs)
      return isEntry(found) && canRestore(found, ctx.dialect) ? found : undefined
    } catch (error) {
      if (ctx.scope.aborted) throw error
      ctx.emit('cache:store-failed', { operation: 'get', error })
      return undefined
    }
  }

  /** Nobody waits for it: a slow store must not delay the answer. */
  const write = async (ctx: Context<Req>, key: string, response: Res): Promise<void> => {
    try {
      const entry = kept(response, ctx.dialect)
      if (entry === undefined || !(await isWhole(response))) return
      if (!isComplete(response, ctx.dialect, cacheToolCalls)) return
      if (cacheIf !== undefined && !cacheIf(response, ctx)) return
      await store.set(key, { v: 1, storedAt: ctx.clock.wall(), ...entry }, ttlMs + staleTtlMs)
    } catch (error) {
      ctx.emit('cache:store-failed', { operation: 'set', error })
    }
  }

  const start = (
    ctx: Context<Req>,
    key: string,
    scope: AbortScope,
    answer: () => Promise<Res>,
  ): Flight =>
    flights.start(key, scope, async () => {
      const response = await answer()
      void write(ctx, key, response)
      return response
    })

  /** Asks for a new answer, or waits for the one that somebody else is asking for. */
  const ask = async (ctx: Context<Req>, next: Next<Req, Res>, key: string): Promise<Res> => {
    if (ctx.scope.aborted) throw ctx.scope.reason
    const joined = flights.get(key)
    note(ctx, joined === undefined ? 'miss' : 'coalesced', key)
    if (joined !== undefined) {
      const response = (await flights.wait(key, joined, ctx.scope)) as Res
      if (isShareable(response)) return response
      note(ctx, 'miss', key)
      return next()
    }
    ctx.emit('cache:missed', { key })
    // A scope and a deadline that are nobody's, since others may join; yet on this call's record, which pays.
    const scope = new AbortScope()
    const flight = start(ctx, key, scope, () => next({ scope, deadline: Infinity }))
    const response = (await flights.wait(key, flight, ctx.scope)) as Res
    followStream(ctx, scope, response)
    return response
  }

  /** Asks for a new answer that nobody waits for. */
  const refresh = (ctx: Context<Req>, next: Next<Req, Res>, key: string): void => {
    if (flights.get(key) !== undefined) return
    const background = ctx.detach()
    const flight = start(ctx, key, background.scope, () => next(background))
    flights.keep(flight)
    flight.result.catch((error: unknown) =>
      ctx.emit('cache:refresh-failed', { key, fault: background.classify(error) }),
    )
  }

  return place(
    {
      name: 'cache',
      floor: 'cache',
      // A caller whose shared answer turned out to be a stream asks for one of his own.
      concurrent: true,
      shape: (inner) => ({ ...inner, maxMs: inner.maxMs + storeTimeoutMs }),
    },
    async (ctx: Context<Req>, next: Next<Req, Res>): Promise<Res> => {
      const key = await find(ctx)
      if (key === undefined) return next()
      const entry = await read(ctx, key)
      if (entry === undefined) return ask(ctx, next, key)

      const serve = async (fault?: Fault): Promise<Res> => {
        const ageMs = ageOf(entry.storedAt, ctx.clock.wall())
        const isStale = ageMs >= ttlMs
        note(ctx, isStale ? 'stale' : 'hit', key, ageMs)
        if (isStale) ctx.emit('cache:stale-served', { key, ageMs, fault })
        else ctx.emit('cache:hit', { key, ageMs })
        return (await restored(entry, ctx)) as Res
      }
      const ageMs = ageOf(entry.storedAt, ctx.clock.wall())
      if (ageMs < ttlMs) return serve()
      if (ageMs >= ttlMs + staleTtlMs) return ask(ctx, next, key)
      if (mode === 'stale-while-revalidate') {
        refresh(ctx, next, key)
        return serve()
      }
      // Nobody inside need wait for a target that is down: there is something to give.
      ctx.set(standIn, true)
      return ask(ctx, next, key).catch((error: unknown) => {
        const fault = ctx.classify(error)
        if (isCovered(fault.kind)) return serve(fault)
        throw error
      })
    },
  )
}

const note = (
  ctx: Pick<Context, 'call'>,
  status: CacheNote['status'],
  key: string | undefined,
  ageMs = 0,
): void => {
  ctx.call.cache = { status, key, ageMs }
}

/** A stream that breaks is no answer. */
const isWhole = async (response: unknown): Promise<boolean> => {
  try {
    await settled(response)
    return true
  } catch {
    return false
  }
}

/** A stream is given to one caller only: from here on he alone says how long it runs. */
const followStream = (ctx: Pick<Context, 'scope'>, scope: AbortScope, response: unknown): void => {
  const tail = settled(response)
  if (tail === undefined) return
  const stay = ctx.scope.onAbort((reason) => scope.abort(reason))
  tail.finally(stay).catch(() => {})
}
