import { contextKey, type ContextKey } from './context.ts'

/**
 * Set to true by a policy outside that has an answer in hand, an old one, should this call fail: who would wait for a target
 * to come back is not to, for the old answer at once is worth more than the same one at the deadline.
 */
export const standIn: ContextKey<boolean> = /* @__PURE__ */ contextKey('stand-in')
