import {
  boolean,
  callable,
  checkAtMost,
  either,
  faultKindsBut,
  integer,
  milliseconds,
  number,
  oneOf,
  optional,
  ratio,
  record,
  resolveOptions,
  type Context,
  type FaultKind,
  type Rules,
  type SettingsOf,
} from '@holdfast/core'

import type { Opening } from './break-time.ts'

/** When a circuit opens, for how long, and how it finds out that the target is back. */
export interface CircuitBreakerOptions {
  /** One circuit per key, coarser or finer than a target. @default the target's id, or `provider/model` */
  readonly key?: ((ctx: Context) => string) | undefined
  /** Most circuits kept. Only idle ones are forgotten: healthy, or with a break that is long over. @default 1000 */
  readonly maxKeys?: number | undefined
  /** Which faults count as failures of the target; the others say nothing about it. @default overloaded, server, timeout, network, incomplete */
  readonly on?: readonly FaultKind[] | undefined
  /** Which faults open at once, for `banMs`: time alone does not mend them. @default quota-exhausted, auth, permission */
  readonly tripOn?: readonly FaultKind[] | undefined
  /** Opens when this share of the calls of the window failed. @default 0.5 */
  readonly failureRatio?: number | undefined
  /** Fewer calls in the window than this prove nothing. @default 10 */
  readonly minimumCalls?: number | undefined
  /** How far back calls are counted, in milliseconds. @default 60000 */
  readonly windowMs?: number | undefined
  /** Opens after this many failures in a row as well, whatever their share. @default off */
  readonly consecutiveFailures?: number | undefined
  /**
   * A call is slow whose request takes this many milliseconds; a stream, whose first content does. As `{ p95Times }` it
   * is by what the target usually takes, and a slow call is a failed one, told as soon as it is too late. @default off
   */
  readonly slowCallMs?: number | { readonly p95Times: number } | undefined
  /** Opens when this share of the calls of the window was slow. @default 0.5 */
  readonly slowCallRatio?: number | undefined
  /** How long it stays open, in milliseconds, or a function of the opening; not for `tripOn`. Never less than the provider's hint. @default 15000 */
  readonly openMs?: number | ((opening: Opening) => number) | undefined
  /** Each opening without a recovery in between lasts this many times longer. @default 1 */
  readonly openFactor?: number | undefined
  /** It grows up to this, in milliseconds. @default 300000 */
  readonly maxOpenMs?: number | undefined
  /** What a fault of `tripOn` costs, in milliseconds; twice that each time it is still there. @default 10000 */
  readonly banMs?: number | undefined
  /** A ban grows up to this, in milliseconds. @default 60000 */
  readonly maxBanMs?: number | undefined
  /** Up to this share is added to the break by the dice, so that a fleet does not probe in step. @default 0 */
  readonly openJitter?: number | undefined
  /** How many calls a half-open circuit lets through; when all of them succeed it closes. @default 1 */
  readonly halfOpenProbes?: number | undefined
  /** A probe that has not come back after this many milliseconds loses its place to another. @default 60000 */
  readonly probeLeaseMs?: number | undefined
  /**
   * When it opens, calls that wait on this target without an answer are rejected and go elsewhere, if there was somewhere
   * else to go. It costs every call a scope of its own. @default false
   */
  readonly evacuate?: boolean | undefined
  /**
   * What becomes of a call when no other target is left either: `'fail'` rejects it; `'probe'` still lets one a second
   * through; `'soonest'` has it wait for the end of the break, if its deadline is later. @default 'fail'
   */
  readonly whenAllOpen?: 'fail' | 'probe' | 'soonest' | undefined
}

/** The options that have no default: without them, their part is off. */
type OptionalSetting = 'key' | 'consecutiveFailures' | 'slowCallMs'

/** The options with all defaults filled in. */
export type CircuitBreakerSettings = SettingsOf<CircuitBreakerOptions, OptionalSetting>

/** What applies where an option is not given. */
export const CIRCUIT_BREAKER_DEFAULTS: CircuitBreakerSettings & { readonly openMs: number } = {
  maxKeys: 1_000,
  on: ['overloaded', 'server', 'timeout', 'network', 'incomplete'],
  tripOn: ['quota-exhausted', 'auth', 'permission'],
  failureRatio: 0.5,
  minimumCalls: 10,
  windowMs: 60_000,
  slowCallRatio: 0.5,
  openMs: 15_000,
  openFactor: 1,
  maxOpenMs: 300_000,
  banMs: 10_000,
  maxBanMs: 60_000,
  openJitter: 0,
  halfOpenProbes: 1,
  probeLeaseMs: 60_000,
  evacuate: false,
  whenAllOpen: 'fail',
}

/** The classic breaker: five failures in a row open it for a minute. */
export const CONSECUTIVE_FAILURES: CircuitBreakerOptions = {
  consecutiveFailures: 5,
  openMs: 60_000,
}

/** Not these: they say something about us or about the caller, never about the target. */
const countable = faultKindsBut(
  'circuit-open',
  'limited',
  'budget-exhausted',
  'deadline-exceeded',
  'aborted',
)

const RULES: Rules<keyof CircuitBreakerOptions> = {
  key: optional(callable),
  maxKeys: integer(1),
  on: countable,
  tripOn: countable,
  failureRatio: ratio,
  minimumCalls: integer(1),
  windowMs: milliseconds(1),
  consecutiveFailures: optional(integer(1)),
  slowCallMs: optional(either(milliseconds(1), record({ p95Times: number(1) }))),
  slowCallRatio: ratio,
  openMs: either(milliseconds(1), callable),
  openFactor: number(1),
  maxOpenMs: milliseconds(1),
  banMs: milliseconds(1),
  maxBanMs: milliseconds(1),
  openJitter: number(0),
  halfOpenProbes: integer(1),
  probeLeaseMs: milliseconds(1),
  evacuate: boolean,
  whenAllOpen: oneOf('fail', 'probe', 'soonest'),
}

/** Checks the options and fills in the defaults. */
export const settingsOf = (given: CircuitBreakerOptions | undefined): CircuitBreakerSettings => {
  const settings = resolveOptions<CircuitBreakerSettings>(
    'circuitBreaker',
    given,
    CIRCUIT_BREAKER_DEFAULTS,
    RULES,
  )
  checkAtMost('circuitBreaker', settings, 'openMs', 'maxOpenMs')
  checkAtMost('circuitBreaker', settings, 'banMs', 'maxBanMs')
  return settings
}
