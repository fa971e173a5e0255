/** What `hedge` tells. */
export interface HedgeEvents {
  /** The first content is late: a second attempt goes to `to`, after `afterMs`. */
  'hedge:started': { readonly to: string; readonly afterMs: number }
  /** Both were under way, and `by` answered first; the other one is cancelled. */
  'hedge:decided': { readonly by: string; readonly hedgeWon: boolean }
}

declare module '@holdfast/core/events' {
  interface EventMap extends HedgeEvents {}
}
