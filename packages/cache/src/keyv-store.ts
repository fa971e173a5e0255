import { ConfigurationError, having, quote } from '@holdfast/core'

import type { CacheStore } from './store.ts'

/** The part of a Keyv (5 or 6, or anything like it) that is used here. */
export interface KeyvLike {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown, ttlMs?: number): Promise<unknown>
}

/**
 * Keeps answers in any Keyv: Redis, Valkey, SQLite, Postgres, …
 *
 * Most of them serialise as JSON, so an answer must survive that; what it makes of dates and classes is not an answer.
 * Give the Keyv an `error` listener: it reports trouble there, which is a miss here.
 *
 * @throws ConfigurationError when it is no Keyv
 */
export const keyvStore = (keyv: KeyvLike): CacheStore => {
  const must = having('a Keyv with get and set', 'get', 'set')
  if (!must.test(keyv))
    throw new ConfigurationError(`keyvStore: keyv must be ${must.says}, got ${quote(keyv)}`)
  return {
    get: (key) => keyv.get(key),
    set: async (key, entry, ttlMs) => {
      // Without `throwOnErrors`, a Keyv that could not write says so by `false` only.
      if ((await keyv.set(key, entry, Math.ceil(ttlMs))) === false)
        throw new Error('cache: the Keyv did not take the entry')
    },
  }
}
