import {
  AbortScope,
  liveOf,
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
import { settingsOf, type CacheOptions } from './options.ts'
import { shelf } from './shelf.ts'
import { SingleFlight } from './single-flight.ts'
import { ageOf, isCovered } from './stale.ts'
import { isShareable } from './storable.ts'
import type { CacheEntry } from './store.ts'

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
  const { ttlMs, staleTtlMs, mode, storeTimeoutMs } = settings
  const keyOf = keyMaker(settings.scope, settings.ignore)
  const answers = shelf(settings)
  const flights = new SingleFlight()

  /** The key, or undefined for a request that cannot be told from others. */
  const identify = async (ctx: Context<Req>): Promise<string | undefined> => {
    try {
      return await keyOf(ctx)
    } catch (error) {
      note(ctx, 'bypass', undefined)
      ctx.emit('cache:bypassed', { error })
      return undefined
    }
  }

  /** Asks for a new answer, or waits for the one that somebody else is asking for. */
  const ask = async (ctx: Context<Req>, next: Next<Req, Res>, key: string): Promise<Res> => {
    if (ctx.scope.aborted) throw ctx.scope.reason
    let flight = flights.get(key)
    note(ctx, flight === undefined ? 'miss' : 'coalesced', key)
    if (flight === undefined) {
      ctx.emit('cache:missed', { key })
      // A scope and a deadline that are nobody's, since others may join; yet on this call's record, which pays.
      const scope = new AbortScope()
      flight = flights.start(key, scope, async () => {
        const fork = ctx.fork()
        fork.scope = scope
        fork.deadline = Infinity
        const response = await next(fork)
        void answers.keep(ctx, key, response)
        return response
      })
    }
    const response = (await flights.wait(key, flight, ctx.scope)) as Res
    if (isShareable(response) || flight.take(ctx.scope, settled(response))) return response
    note(ctx, 'miss', key)
    // His own: what was shared turned out to be a stream.
    return next(ctx)
  }

  /** Asks for a new answer that nobody waits for. */
  const refresh = (ctx: Context<Req>, next: Next<Req, Res>, key: string): void => {
    if (flights.get(key) !== undefined) return
    const background = ctx.detach()
    const work = async (): Promise<Res> => {
      const response = await next(background)
      void answers.keep(ctx, key, response)
      // A stream that nobody reads does not end, and only what ended is kept.
      await liveOf(response)?.peek(() => false)
      return response
    }
    flights.start(key, background.scope, work, Infinity).result.catch((error: unknown) => {
      ctx.emit('cache:refresh-failed', { key, fault: background.classify(error) })
    })
  }

  /** Gives an old or a fresh answer; undefined for one that can no longer be read. */
  const serve = async (
    ctx: Context<Req>,
    key: string,
    entry: CacheEntry,
    fault?: Fault,
  ): Promise<{ readonly response: Res } | undefined> => {
    const given = await answers.open(ctx, entry)
    if (given === undefined) return undefined
    const ageMs = ageOf(entry.storedAt, ctx.clock.wall())
    const isStale = ageMs >= ttlMs
    note(ctx, isStale ? 'stale' : 'hit', key, ageMs)
    if (isStale) ctx.emit('cache:stale-served', { key, ageMs, fault })
    else ctx.emit('cache:hit', { key, ageMs })
    return given
  }

  return place(
    {
      name: 'cache',
      floor: 'cache',
      direct: true,
      shape: (inner) => ({ ...inner, maxMs: inner.maxMs + storeTimeoutMs }),
    },
    async (ctx: Context<Req>, next: Next<Req, Res>): Promise<Res> => {
      const key = await identify(ctx)
      if (key === undefined) return next(ctx)
      const entry = await answers.find(ctx, key)
      const ageMs = entry === undefined ? Infinity : ageOf(entry.storedAt, ctx.clock.wall())
      if (entry === undefined || ageMs >= ttlMs + staleTtlMs) return ask(ctx, next, key)

      const isFresh = ageMs < ttlMs
      if (isFresh || mode === 'stale-while-revalidate') {
        if (!isFresh) refresh(ctx, next, key)
        const given = await serve(ctx, key, entry)
        return given === undefined ? ask(ctx, next, key) : given.response
      }
      // Nobody inside need wait for a target that is down: there is something to give.
      ctx.set(standIn, true)
      return ask(ctx, next, key).catch(async (error: unknown) => {
        const fault = ctx.classify(error)
        const given = isCovered(fault.kind) ? await serve(ctx, key, entry, fault) : undefined
        if (given === undefined) throw error
        return given.response
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
