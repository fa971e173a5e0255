import {
  boolean,
  callable,
  ConfigurationError,
  either,
  having,
  milliseconds,
  oneOf,
  optional,
  resolveOptions,
  rule,
  text,
  type Context,
  type Rules,
} from '@holdfast/core'

import type { CacheScope } from './key.ts'
import type { CacheStore } from './store.ts'

interface CommonOptions<Req, Res> {
  /**
   * Whose answers they are. No default, because a wrong one shows one customer's answers to another:
   * `(ctx) => ctx.get(tenant)`, or `'shared'` where they are the same for everybody.
   * A call whose scope is `''` or not a text goes past the cache.
   */
  readonly scope: CacheScope<Req>
  /** How long an answer is fresh, in milliseconds. No default: only you know how fast it ages. */
  readonly ttlMs: number
  /** Fields of the request that do not change the answer: `['user', 'metadata.traceId']`; in a list, of each item. @default [] */
  readonly ignore?: readonly string[]
  /** Also keep answers that call tools; whoever is given one will act again. @default false */
  readonly cacheToolCalls?: boolean
  /** Your own say in what is kept, after ours. */
  readonly cacheIf?: (response: Res, ctx: Context<Req>) => boolean
  /** Where answers are kept. @default a `memoryStore()` of this policy's own */
  readonly store?: CacheStore
  /** Longest time to wait for the store, in milliseconds; then the call goes on without it. @default 1000 */
  readonly storeTimeoutMs?: number
}

interface ReadThrough {
  /**
   * What to do with an answer that is no longer fresh. `read-through`: forget it. `stale-if-error`: give it when a new
   * one cannot be had. `stale-while-revalidate`: give it at once and get a new one behind it. @default 'read-through'
   */
  readonly mode?: 'read-through'
  readonly staleTtlMs?: never
}

interface ServeStale {
  readonly mode: 'stale-if-error' | 'stale-while-revalidate'
  /** How long, in milliseconds after `ttlMs`, an old answer may still be given. */
  readonly staleTtlMs: number
}

export type CacheOptions<Req = unknown, Res = unknown> = CommonOptions<Req, Res> &
  (ReadThrough | ServeStale)

/** What a policy works with. */
export interface CacheSettings<Req, Res> {
  readonly scope: CacheScope<Req>
  readonly ttlMs: number
  readonly mode: NonNullable<CacheOptions['mode']>
  readonly staleTtlMs: number
  readonly ignore: readonly string[]
  readonly cacheToolCalls: boolean
  readonly cacheIf?: (response: Res, ctx: Context<Req>) => boolean
  readonly store?: CacheStore
  readonly storeTimeoutMs: number
}

export const CACHE_DEFAULTS: Pick<
  CacheSettings<unknown, unknown>,
  'mode' | 'ignore' | 'cacheToolCalls' | 'storeTimeoutMs'
> = {
  mode: 'read-through',
  ignore: [],
  cacheToolCalls: false,
  storeTimeoutMs: 1_000,
}

const RULES: Rules<keyof CacheSettings<unknown, unknown>> = {
  scope: either(oneOf('shared'), callable),
  ttlMs: milliseconds(1),
  mode: oneOf('read-through', 'stale-if-error', 'stale-while-revalidate'),
  staleTtlMs: milliseconds(0),
  ignore: rule(
    "a list of field names, such as ['user', 'metadata.traceId']",
    (v) => Array.isArray(v) && v.every((path) => text.test(path)),
  ),
  cacheToolCalls: boolean,
  cacheIf: optional(callable),
  store: optional(having('a store with get and set', 'get', 'set')),
  storeTimeoutMs: milliseconds(1),
}

/** @throws ConfigurationError with a sentence that names option and value */
export const settingsOf = <Req, Res>(options: CacheOptions<Req, Res>): CacheSettings<Req, Res> => {
  const { mode = CACHE_DEFAULTS.mode, staleTtlMs } = options ?? {}
  if (mode === 'read-through' && staleTtlMs !== undefined)
    throw new ConfigurationError(
      "cache: staleTtlMs needs a mode that gives old answers, such as 'stale-if-error'",
    )
  // How old an answer may get is a product decision, so a mode that gives old ones has no default for it.
  const defaults = mode === 'read-through' ? { ...CACHE_DEFAULTS, staleTtlMs: 0 } : CACHE_DEFAULTS
  return resolveOptions<CacheSettings<Req, Res>>('cache', options, defaults, RULES)
}
