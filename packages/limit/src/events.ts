import type { LimitReason } from './errors.ts'

/** What `admit` and `pace` tell; `key` is the key of a limit, or the route of a call that waits for any. */
export interface LimitEvents {
  /** A call has to wait; `waiting` with it. */
  'limit:queued': { readonly key: string; readonly waiting: number }
  /** A call that had to wait goes on. */
  'limit:admitted': { readonly key: string; readonly waitedMs: number }
  /** A call was not sent. */
  'limit:rejected': {
    readonly key: string
    readonly reason: LimitReason
    readonly retryAfterMs: number | undefined
  }
  /** The provider refused for the rate: nobody uses the key for `pauseMs`. */
  'limit:paused': { readonly key: string; readonly pauseMs: number }
}

declare module '@holdfast/core/events' {
  interface EventMap extends LimitEvents {}
}
