export { admit } from './admit.ts'
export { LimitedError, type LimitReason } from './errors.ts'
export type { LimitEvents } from './events.ts'
export type { Ceilings, LimitMemory } from './allowance.ts'
export { limits, type Limits } from './limits.ts'
export {
  ADMIT_DEFAULTS,
  LIMITS_DEFAULTS,
  type AdmitOptions,
  type LimitsOptions,
  type Priority,
} from './options.ts'
export { pace } from './pace.ts'
export type { LimitsSnapshot } from './snapshot.ts'
