import type { Fault } from '@holdfast/core'

/** What a cache tells the listeners of its pipeline. */
export interface CacheEvents {
  'cache:hit': { readonly key: string; readonly ageMs: number }
  'cache:missed': { readonly key: string }
  /** An answer past its time was served; `fault` says why, undefined when it is being refreshed meanwhile. */
  'cache:stale-served': {
    readonly key: string
    readonly ageMs: number
    readonly fault: Fault | undefined
  }
  /** The refresh behind a stale answer failed: nobody was waiting for it. */
  'cache:refresh-failed': { readonly key: string; readonly fault: Fault }
  /** This request has no key (what it holds has no canonical text, or its scope is unknown), so it went past the cache. */
  'cache:bypassed': { readonly error: unknown }
  /** The store failed or was too slow; the call went on without it. */
  'cache:store-failed': { readonly operation: 'get' | 'set'; readonly error: unknown }
}

declare module '@holdfast/core/events' {
  interface EventMap extends CacheEvents {}
}
