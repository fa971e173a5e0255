import type { Context } from './context.ts'
import { ConfigurationError } from './errors.ts'
import { integer, quote, resolveOptions } from './options.ts'
import { PerKey } from './per-key.ts'
import {
  infoOf,
  place,
  type FloorName,
  type Policy,
  type PolicyInfo,
  type Universal,
} from './policy.ts'

export interface KeyedOptions {
  /** Instances remembered. @default 1_000 */
  readonly maxKeys?: number
}

/**
 * One instance of a policy per key: `keyed((ctx) => ctx.provider, () => circuitBreaker())`.
 * Bounded; only instances that say they are idle (for a breaker: closed and without failures) are forgotten, so that
 * a flood of new keys cannot evict an open circuit (T55). A policy that says nothing is always idle.
 */
export const keyed = <N extends string, L extends number>(
  keyOf: (ctx: Context) => string,
  make: (key: string) => Universal<N, L>,
  options?: KeyedOptions,
): Universal<N, L> => {
  const { maxKeys } = resolveOptions<Required<KeyedOptions>>(
    'keyed',
    options,
    { maxKeys: 1_000 },
    { maxKeys: integer(1) },
  )
  for (const [name, given] of Object.entries({ keyOf, make }))
    if (typeof given !== 'function')
      throw new ConfigurationError(`keyed: ${name} must be a function, got ${quote(given)}`)
  // The floor is the same for every key; this instance tells it and is never called.
  const info = infoOf(make('')) as
    | (PolicyInfo & { readonly name: N; readonly floor: FloorName })
    | undefined
  if (info === undefined)
    throw new ConfigurationError('keyed: the function must make a policy of a known floor')
  const instances = new PerKey(maxKeys, make, isIdle)
  const idle = (): boolean => instances.entries().every(([, policy]) => isIdle(policy))
  const choose: Policy<unknown, unknown> = (ctx, next) => instances.of(keyOf(ctx))(ctx, next)
  // What is made for another key need not be direct as this one is.
  return place({ ...info, idle, direct: false }, choose as never) as unknown as Universal<N, L>
}

const isIdle = (policy: unknown): boolean => infoOf(policy)?.idle?.() !== false
