import { expect, test } from 'vitest'

import { testClock, type TestClock } from '../clock.ts'
import { STORE_CLAUSES, type StoredSample, type StoreLike } from './store-clauses.ts'

interface Entry {
  readonly sample: StoredSample
  readonly until: number
}

/** A good store, over any map-like thing. */
const storeOn = (
  clock: TestClock,
  entries: Pick<Map<string, Entry>, 'get' | 'set' | 'delete'>,
) => ({
  get: (key: string) => {
    const entry = entries.get(key)
    // What is no entry at all is handed out, as a careless store does.
    return entry === undefined || entry.until <= clock.now()
      ? undefined
      : (entry.sample ?? (entry as never))
  },
  set: async (key: string, sample: StoredSample, ttlMs: number) => {
    entries.set(key, { sample, until: clock.now() + ttlMs })
  },
  delete: (key: string) => entries.delete(key),
})

const brokenBy = async (make: (clock: TestClock) => () => StoreLike): Promise<string[]> => {
  const clock = testClock()
  const subject = { create: make(clock), advance: (ms: number) => clock.advance(ms) }
  const broken: string[] = []
  for (const { says, check } of STORE_CLAUSES) await check(subject).catch(() => broken.push(says))
  return broken
}

const good = (clock: TestClock) => storeOn(clock, new Map())

const withKeys = (fold: (key: string) => string) => (clock: TestClock) => () => {
  const store = good(clock)
  return {
    get: (key: string) => store.get(fold(key)),
    set: (key: string, sample: StoredSample, ttlMs: number) => store.set(fold(key), sample, ttlMs),
  }
}

const LITERALLY = 'takes keys literally: no folding, trimming, normalising, cutting or globbing'

const BAD: readonly (readonly [string, string, (clock: TestClock) => () => StoreLike])[] = [
  [
    'keeps its entries in a plain object',
    'gives undefined for a key that was never set',
    (clock) => () => {
      const entries: Record<string, Entry> = {}
      return storeOn(clock, {
        get: (key) => entries[key],
        set(key, entry) {
          entries[key] = entry
          return new Map()
        },
        delete: (key) => delete entries[key],
      })
    },
  ],
  [
    'loses falsy values',
    "gives back what was set, also null, 0, '' and false",
    (clock) => () => {
      const store = good(clock)
      return {
        ...store,
        get: (key) => {
          const sample = store.get(key)
          return sample?.response ? sample : undefined
        },
      }
    },
  ],
  [
    'keeps the shorter TTL',
    'overwrites value and TTL',
    (clock) => () => {
      const untils = new Map<string, number>()
      const store = good(clock)
      return {
        get: store.get,
        set(key, sample, ttlMs) {
          untils.set(key, Math.min(untils.get(key) ?? Infinity, clock.now() + ttlMs))
          return store.set(key, sample, untils.get(key)! - clock.now())
        },
      }
    },
  ],
  [
    'takes milliseconds for seconds',
    'forgets ttlMs milliseconds after it was last set, not before, and no later for being read',
    (clock) => () => {
      const store = good(clock)
      return { ...store, set: (key, sample, ttlMs) => store.set(key, sample, ttlMs * 1_000) }
    },
  ],
  [
    'takes seconds for milliseconds',
    'forgets ttlMs milliseconds after it was last set, not before, and no later for being read',
    (clock) => () => {
      const store = good(clock)
      return {
        ...store,
        set: (key, sample, ttlMs) => store.set(key, sample, ttlMs < 60_000 ? ttlMs / 1_000 : ttlMs),
      }
    },
  ],
  [
    'keeps the longest TTL',
    'forgets ttlMs milliseconds after it was last set, not before, and no later for being read',
    (clock) => () => {
      const untils = new Map<string, number>()
      const store = good(clock)
      return {
        get: store.get,
        set(key, sample, ttlMs) {
          untils.set(key, Math.max(untils.get(key) ?? 0, clock.now() + ttlMs))
          return store.set(key, sample, untils.get(key)! - clock.now())
        },
      }
    },
  ],
  [
    'keeps what is read for longer',
    'forgets ttlMs milliseconds after it was last set, not before, and no later for being read',
    (clock) => () => {
      const ttls = new Map<string, number>()
      const store = good(clock)
      return {
        get(key) {
          const sample = store.get(key)
          if (sample !== undefined) void store.set(key, sample, ttls.get(key)!)
          return sample
        },
        set(key, sample, ttlMs) {
          ttls.set(key, ttlMs)
          return store.set(key, sample, ttlMs)
        },
      }
    },
  ],
  ['folds case', LITERALLY, withKeys((key) => key.toLowerCase())],
  ['trims keys', LITERALLY, withKeys((key) => key.trim())],
  ['normalises keys', LITERALLY, withKeys((key) => key.normalize('NFC'))],
  ['cuts long keys', LITERALLY, withKeys((key) => key.slice(0, 250))],
  ['replaces separators', LITERALLY, withKeys((key) => key.replaceAll(':', '/'))],
  [
    'shares its entries',
    'shares nothing with another instance',
    (clock) => {
      const entries = new Map()
      return () => storeOn(clock, entries)
    },
  ],
  [
    'deletes everything',
    'deletes one key and no other, where it can delete',
    (clock) => () => {
      const entries = new Map()
      return { ...storeOn(clock, entries), delete: () => entries.clear() }
    },
  ],
]

test('a good store breaks no clause', async () => {
  expect(await brokenBy((clock) => () => good(clock))).toEqual([])
})

test('a store that cannot delete breaks no clause', async () => {
  expect(await brokenBy(withKeys((key) => key))).toEqual([])
})

test.each(BAD)('a store that %s breaks one clause: it %s', async (_name, clause, make) => {
  expect(await brokenBy(make)).toEqual([clause])
})

test('every clause can be broken', () => {
  const broken = new Set(BAD.map(([, clause]) => clause))
  expect(STORE_CLAUSES.map(({ says }) => says).filter((says) => !broken.has(says))).toEqual([])
})
