import type { Fault } from '@holdfast/core'

/** What a breaker tells its listeners. */
export interface CircuitEvents {
  /** From now on calls are rejected, for `openMs`. Alert on this one when `fault` is `auth` or `quota-exhausted`. */
  'circuit:opened': {
    readonly key: string
    readonly openMs: number
    /** The fault that was one too many; undefined when slow calls were. */
    readonly fault: Fault | undefined
  }
  /** The break is over: this call is let through to find out. */
  'circuit:half-opened': { readonly key: string }
  /** The target answers again. */
  'circuit:closed': { readonly key: string }
  /** A call was rejected without a request. `retryAfterMs` is undefined while the circuit is isolated by hand. */
  'circuit:rejected': { readonly key: string; readonly retryAfterMs: number | undefined }
}

declare module '@holdfast/core/events' {
  interface EventMap extends CircuitEvents {}
}
