export { HedgeLostError } from './errors.ts'
export type { HedgeEvents } from './events.ts'
export { hedge } from './hedge.ts'
export { HEDGE_DEFAULTS, type HedgeOptions } from './options.ts'
