import type { Fault, Seam } from '@holdfast/core'

declare module '@holdfast/core/events' {
  interface EventMap {
    /** A stream broke in the consumer's hands, after `shown` characters of text. */
    'stream:interrupted': { readonly fault: Fault; readonly shown: number }
    /**
     * Another stream follows the broken one, for the `times`th time: a new answer (`reset`), or the rest of the old one
     * (`resume`) without the `overlap` characters that the model repeated.
     */
    'stream:continued': {
      readonly kind: Seam['kind']
      readonly times: number
      readonly shown: number
      readonly overlap: number
    }
    /** The consumer gets the error, and why nothing followed it. */
    'stream:given-up': { readonly fault: Fault; readonly because: GivenUpBecause }
  }
}

/**
 * Why nothing follows a break: the fault is not one to mend so; it was done often enough; the retry budget is spent; a tool
 * call was handed out; the consumer does not read with seams; there is no way to continue; the sequel failed as well.
 */
export type GivenUpBecause =
  | 'fault'
  | 'limit'
  | 'budget'
  | 'tools'
  | 'no-seams'
  | 'no-continuation'
  | 'failed-again'
