import type { Fault } from '@holdfast/core'

/**
 * Why no further attempt was made although the fault could be retried: all attempts used; the wait would pass the
 * deadline; the provider's hint is longer than `maxRetryAfterMs`; the retry budget is spent; the request's body,
 * or a file in it, is a stream that is already read.
 */
export type RetryStop = 'attempts' | 'deadline' | 'retry-after' | 'budget' | 'body-consumed'

declare module '@holdfast/core/events' {
  interface EventMap {
    /** An attempt failed and another will follow after `delayMs`; `attempt` is the one that failed. */
    'retry:scheduled': {
      readonly attempt: number
      readonly delayMs: number
      readonly fault: Fault
      readonly error: unknown
    }
    /** An attempt failed and no other will follow; its error goes to the caller untouched. */
    'retry:exhausted': {
      readonly attempt: number
      readonly reason: RetryStop
      readonly fault: Fault
      readonly error: unknown
    }
  }
}
