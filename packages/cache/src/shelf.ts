import { isPromiseLike, quote, settled, type Context } from '@holdfast/core'

import { memoryStore } from './memory-store.ts'
import type { CacheSettings } from './options.ts'
import { patiently } from './patience.ts'
import { isComplete, kept, restored } from './storable.ts'
import { isEntry, type CacheEntry } from './store.ts'

/** A store as the policy wants it: it never fails a call, and never delays one for long (T69). */
export interface Shelf<Req, Res> {
  /** What was kept under this key; a store that fails or dawdles has nothing. */
  find(ctx: Context<Req>, key: string): Promise<CacheEntry | undefined>
  /** An entry as an answer; undefined for one that its dialect can no longer read. */
  open(ctx: Context<Req>, entry: CacheEntry): Promise<{ readonly response: Res } | undefined>
  /** Keeps an answer, once it is whole and if it may be kept. Nobody waits for it. */
  keep(ctx: Context<Req>, key: string, response: Res): Promise<void>
}

export const shelf = <Req, Res>(settings: CacheSettings<Req, Res>): Shelf<Req, Res> => {
  const { store = memoryStore(), storeTimeoutMs, cacheToolCalls, cacheIf } = settings
  const trouble = (ctx: Context<Req>, operation: 'get' | 'set', error: unknown): undefined => {
    ctx.emit('cache:store-failed', { operation, error })
  }

  return {
    async find(ctx, key) {
      try {
        const given = store.get(key)
        const found = isPromiseLike(given) ? await patiently(ctx, given, storeTimeoutMs) : given
        return isEntry(found, ctx.dialect) ? found : undefined
      } catch (error) {
        if (ctx.scope.aborted) throw ctx.scope.reason
        return trouble(ctx, 'get', error)
      }
    },

    async open(ctx, entry) {
      try {
        return { response: (await restored(entry, ctx)) as Res }
      } catch (error) {
        return trouble(ctx, 'get', error)
      }
    },

    async keep(ctx, key, response) {
      try {
        const entry = kept(response, ctx.dialect)
        if (entry === undefined) return
        // A stream that breaks is no answer.
        const broke = await settled(response)?.then(
          () => false,
          () => true,
        )
        if (broke || !isComplete(response, ctx.dialect, cacheToolCalls)) return
        if (cacheIf !== undefined && !agreed(cacheIf(response, ctx))) return
        const ttlMs = settings.ttlMs + settings.staleTtlMs
        await store.set(key, { v: 1, storedAt: ctx.clock.wall(), ...entry }, ttlMs)
      } catch (error) {
        trouble(ctx, 'set', error)
      }
    },
  }
}

/** What `cacheIf` said; the promise of an `async` one would be taken for yes. */
const agreed = (verdict: boolean): boolean => {
  if (typeof verdict === 'boolean') return verdict
  throw new TypeError(`cache: cacheIf must return true or false, got ${quote(verdict)}`)
}
