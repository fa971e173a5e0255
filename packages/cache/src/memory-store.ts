import { having, integer, optional, resolveOptions, type Clock } from '@holdfast/core'
import { LRUCache } from 'lru-cache'

import type { CacheEntry, CacheStore } from './store.ts'

export interface MemoryStoreOptions {
  /** How many answers to keep; the one not asked for longest goes first. @default 1000 */
  readonly maxEntries?: number
  /**
   * How many bytes to keep, measured as twice the length of an answer's JSON: set it where answers may be huge.
   * An answer that is larger by itself, or has no JSON, is not kept. @default not measured
   */
  readonly maxBytes?: number
  /** For tests. @default the platform's */
  readonly clock?: Clock
}

export const MEMORY_STORE_DEFAULTS: { readonly maxEntries: number } = { maxEntries: 1_000 }

/**
 * Keeps answers in this process, least recently used out first.
 *
 * It hands out the very object that was stored, to every caller: treat answers as read-only.
 *
 * @throws ConfigurationError for a bad option
 */
export const memoryStore = (options?: MemoryStoreOptions): CacheStore => {
  const { maxEntries, maxBytes, clock } = resolveOptions<{
    maxEntries: number
    maxBytes?: number
    clock?: Clock
  }>('memoryStore', options, MEMORY_STORE_DEFAULTS, {
    maxEntries: integer(1),
    maxBytes: optional(integer(1)),
    clock: optional(having('a clock', 'now')),
  })
  const lru = new LRUCache<string, CacheEntry>({
    max: maxEntries,
    // A resolution above 0 makes it remember the time in a timer of its own.
    ttlResolution: 0,
    ...(clock && { perf: clock }),
    ...(maxBytes && {
      maxSize: maxBytes,
      sizeCalculation: (entry) => 2 * JSON.stringify(entry).length,
    }),
  })
  return {
    get: (key) => lru.get(key),
    // Whole milliseconds, because that is all it takes.
    set: (key, entry, ttlMs) => void lru.set(key, entry, { ttl: Math.ceil(ttlMs) }),
  }
}
