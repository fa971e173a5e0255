import type { Fault } from '@holdfast/core'

/** From one target to another, and why. */
export interface FallbackStep {
  /** The id of the target that failed. */
  readonly from: string
  /** The id of the one that is tried now. */
  readonly to: string
  readonly fault: Fault
}

declare module '@holdfast/core/events' {
  interface EventMap {
    /** A target was passed over without a request. */
    'fallback:skipped': { readonly target: string; readonly reason: string }
    /** The call went on to another target (or, in the second round, back to one). */
    'fallback:taken': FallbackStep
    /** As `fallback:taken`, after a safety verdict that was opted into: for the audit log. */
    'fallback:audited': FallbackStep
    /** Nothing else is left to try after this target. */
    'fallback:last-option': { readonly target: string }
    /** The answer is a stand-in. */
    'call:degraded': { readonly fault: Fault }
    /** The stand-in failed too: `error` is its own, `fault` that of the call, whose error is thrown. */
    'degrade:failed': { readonly error: unknown; readonly fault: Fault }
  }
}
