import { must, show, type Clause } from './clause.ts'

type Awaitable<T> = T | PromiseLike<T>

/** What the suite stores: entries of the shape that the cache writes, so that a store may look into them. */
export interface StoredSample {
  readonly v: 1
  readonly storedAt: number
  /** Any value, in an envelope: `undefined` alone means "not there". */
  readonly response: unknown
}

/** The part of a cache store that the contract looks at. */
export interface StoreLike {
  get(key: string): unknown
  set(key: string, sample: StoredSample, ttlMs: number): unknown
  delete?(key: string): unknown
}

/** A store under test: how to make an empty one, and how to let time pass for it. */
export interface StoreSubject {
  readonly create: () => Awaitable<StoreLike>
  readonly advance: (ms: number) => Awaitable<void>
}

/** Long enough for a store behind a socket to answer within it, short enough to wait for when time is real. */
const TTL_MS = 1_000
const FOREVER_MS = 3_600_000

const mustHold = async (store: StoreLike, key: string, value: unknown): Promise<void> => {
  const got = (await store.get(key)) as StoredSample | null | undefined
  must(
    got !== undefined && got !== null,
    `get(${show(key)}) found nothing where ${show(value)} was stored`,
  )
  const same = JSON.stringify(got.response) === JSON.stringify(value)
  must(same, `get(${show(key)}) gave ${show(got.response)} where ${show(value)} was stored`)
}

const sample = (response: unknown): StoredSample => ({ v: 1, storedAt: 0, response })

const mustLack = async (store: StoreLike, key: string, why: string): Promise<void> => {
  const got: unknown = await store.get(key)
  must(got === undefined, `get(${show(key)}) gave ${show(got)}; it must be undefined: ${why}`)
}

/** Pairs that a store which trims, folds, normalises, cuts or splits its keys takes for one. */
const TWINS: readonly (readonly [string, string])[] = [
  ['key', 'Key'],
  ['key', ' key'],
  ['key', 'key '],
  ['a:b', 'a/b'],
  [`it's`, `it"s`],
  ['a*', 'ab'],
  // One letter, composed and decomposed.
  ['caf\u00e9', 'cafe\u0301'],
  [`${'k'.repeat(1_000)}1`, `${'k'.repeat(1_000)}2`],
]
/** Names that a plain object already has. */
const INHERITED: readonly string[] = ['__proto__', 'constructor', 'toString']

/** What every cache store promises. */
export const STORE_CLAUSES: readonly Clause<StoreSubject>[] = [
  {
    says: 'gives undefined for a key that was never set',
    async check({ create }) {
      const store = await create()
      for (const key of ['nothing', '', ...INHERITED])
        await mustLack(store, key, 'it was never set')
    },
  },
  {
    says: "gives back what was set, also null, 0, '' and false",
    async check({ create }) {
      const store = await create()
      for (const value of ['text', null, 0, '', false, [], { nested: { deep: [1, null] } }]) {
        await store.set('key', sample(value), FOREVER_MS)
        await mustHold(store, 'key', value)
      }
    },
  },
  {
    says: 'overwrites value and TTL',
    async check({ create, advance }) {
      const store = await create()
      await store.set('key', sample('old'), TTL_MS)
      await store.set('key', sample('new'), FOREVER_MS)
      await advance(2 * TTL_MS)
      await mustHold(store, 'key', 'new')
    },
  },
  {
    says: 'forgets ttlMs milliseconds after it was last set, not before, and no later for being read',
    async check({ create, advance }) {
      const store = await create()
      await store.set('anew', sample('old'), FOREVER_MS)
      await store.set('anew', sample('new'), TTL_MS)
      await store.set('short', sample('short'), TTL_MS)
      await store.set('long', sample('long'), 10 * TTL_MS)
      await advance(TTL_MS / 2)
      await mustHold(store, 'short', 'short')
      // A store that takes milliseconds for seconds still has it; one that takes seconds for milliseconds lost 'long'.
      await advance(0.8 * TTL_MS)
      await mustLack(store, 'short', `its ${TTL_MS} ms are over`)
      await mustLack(store, 'anew', `it was set anew for ${TTL_MS} ms`)
      await mustHold(store, 'long', 'long')
    },
  },
  {
    says: 'takes keys literally: no folding, trimming, normalising, cutting or globbing',
    async check({ create }) {
      for (const [one, other] of TWINS) {
        const store = await create()
        await store.set(one, sample(one), FOREVER_MS)
        await mustLack(store, other, `only ${show(one)} was set`)
        await mustHold(store, one, one)
      }
      const store = await create()
      for (const key of ['', ...INHERITED]) await store.set(key, sample(`of ${key}`), FOREVER_MS)
      for (const key of ['', ...INHERITED]) await mustHold(store, key, `of ${key}`)
    },
  },
  {
    says: 'shares nothing with another instance',
    async check({ create }) {
      const [one, other] = [await create(), await create()]
      await one.set('key', sample('mine'), FOREVER_MS)
      await mustLack(other, 'key', 'it was set in another instance')
    },
  },
  {
    says: 'deletes one key and no other, where it can delete',
    async check({ create }) {
      const store = await create()
      await store.set('one', sample(1), FOREVER_MS)
      await store.set('other', sample(2), FOREVER_MS)
      await store.delete?.('one')
      if (store.delete !== undefined) await mustLack(store, 'one', 'it was deleted')
      await mustHold(store, 'other', 2)
    },
  },
]
