import type { BudgetDebited } from '../heard.ts'

/** What a cost budget tells its listeners. */
export interface BudgetEvents {
  /** An attempt was paid for. */
  'budget:debited': BudgetDebited
  /** A request was not sent: it could cost more than is left. */
  'budget:exhausted': { readonly key: string; readonly neededUsd: number; readonly leftUsd: number }
  /** Nobody knows the price of this model: its attempts are sent, and are not counted. */
  'budget:unpriced': { readonly key: string }
}

declare module '@holdfast/core/events' {
  interface EventMap extends BudgetEvents {}
}
