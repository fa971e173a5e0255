import type { Fault } from '@holdfast/core'

declare module '@holdfast/core/events' {
  interface EventMap {
    /** A target was passed over without a request. */
    'fallback:skipped': { readonly target: string; readonly reason: string }
    /** The call went on to another target (or, in the second round, back to one). */
    'fallback:taken': { readonly from: string; readonly to: string; readonly fault: Fault }
    /** As `fallback:taken`, after a safety verdict that was opted into: for the audit log. */
    'fallback:audited': { readonly from: string; readonly to: string; readonly fault: Fault }
    /** Nothing else is left to try after this target. */
    'fallback:last-option': { readonly target: string }
    /** The answer is a stand-in. */
    'call:degraded': { readonly fault: Fault }
    /** The stand-in failed too: `error` is its own, `fault` that of the call, whose error is thrown. */
    'degrade:failed': { readonly error: unknown; readonly fault: Fault }
  }
}
