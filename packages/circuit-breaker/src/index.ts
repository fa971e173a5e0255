export type { Opening } from './break-time.ts'
export type { CircuitState } from './circuit.ts'
export { circuitBreaker } from './circuit-breaker.ts'
export { circuitsOf, type CircuitBreaker, type CircuitControls } from './controls.ts'
export { CircuitOpenError } from './errors.ts'
export type { CircuitEvents } from './events.ts'
export {
  CIRCUIT_BREAKER_DEFAULTS,
  CONSECUTIVE_FAILURES,
  type CircuitBreakerOptions,
} from './options.ts'
export type { CircuitBreakerSnapshot } from './snapshot.ts'
