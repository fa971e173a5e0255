export { degrade, type DegradeOptions, DEGRADE_DEFAULTS } from './degrade.ts'
export { AllTargetsFailedError, type TargetFailure } from './errors.ts'
export type { FallbackStep } from './events.ts'
export { fallback } from './fallback.ts'
export {
  FALLBACK_DEFAULTS,
  type FallbackEntry,
  type FallbackOptions,
  type OrderTargets,
} from './options.ts'
