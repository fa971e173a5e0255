import type { Dialect } from '@holdfast/core'

/** An answer as a store holds it. In an envelope, so that `null`, `0`, `''` and `undefined` are answers too (T69). */
export interface CacheEntry {
  /** Of this shape; an entry of any other is a miss. */
  readonly v: 1
  /** Milliseconds since 1970: stores outlive processes, and monotonic clocks do not. */
  readonly storedAt: number
  readonly response: unknown
  /** How it was made storable: by its dialect, or as the chunks of a stream. Left out for plain data. */
  readonly as?: 'frozen' | 'chunks'
}

/** Where answers are kept: `memoryStore()`, `keyvStore(keyv)`, or two functions of your own. */
export interface CacheStore {
  /** Undefined for what it does not have, or has no longer. May throw or reject: that is a miss. */
  get(key: string): unknown
  /** Keeps the entry for `ttlMs` at most, and may drop it earlier. */
  set(key: string, entry: CacheEntry, ttlMs: number): unknown
}

/**
 * Is this what we stored, and can it be given again? A shared store may hold anything: what a pipeline with another
 * dialect, or a version to come, has left there. `response` may be missing: JSON drops `undefined`.
 */
export const isEntry = (value: unknown, dialect: Dialect | undefined): value is CacheEntry => {
  const { v, storedAt, response, as } = (value ?? {}) as Partial<CacheEntry>
  if (v !== 1 || !Number.isFinite(storedAt)) return false
  if (as === 'chunks') return Array.isArray(response)
  return as === undefined || (as === 'frozen' && dialect?.thaw !== undefined)
}
