import {
  callable,
  either,
  integer,
  isRecord,
  millisecondsOrForever,
  number,
  oneOf,
  optional,
  quote,
  resolveOptions,
  rule,
  type Context,
  type Rule,
  type Rules,
  type SettingsOf,
} from '@holdfast/core'

import type { Ceilings } from './allowance.ts'

/** What the limits of a provider's keys are, as far as you know them; the rest is learned. */
export interface LimitsOptions extends Ceilings {
  /** Most requests per minute of each key. @default what the provider's headers say */
  readonly requestsPerMinute?: number | undefined
  /** Most tokens per minute of each key. @default what the provider's headers say */
  readonly tokensPerMinute?: number | undefined
  /** Most requests of each key that are out at once. @default Infinity */
  readonly maxConcurrent?: number | undefined
  /** Other limits for some keys: `{ 'gpt-mini': { requestsPerMinute: 3_000 } }`. @default {} */
  readonly perKey?: Readonly<Record<string, Ceilings>> | undefined
  /** What shares a limit: a provider's key, or a model under it. @default the target's id */
  readonly key?: ((ctx: Context) => string) | undefined
  /** Your own count of the tokens that a request may cost, answer included. @default an estimate of its texts, and its own bound on the answer */
  readonly estimateTokens?: ((request: unknown, ctx: Context) => number) | undefined
  /** Most calls that wait, of each queue. @default 10_000 */
  readonly maxQueued?: number | undefined
  /** Longest wait in milliseconds; a deadline may end it earlier. @default 60_000 */
  readonly maxWaitMs?: number | undefined
  /** Keys remembered; the longest unused that is idle and not paused is forgotten for a new one. @default 1_000 */
  readonly maxKeys?: number | undefined
}

type Off = 'requestsPerMinute' | 'tokensPerMinute' | 'key' | 'estimateTokens'
export type LimitsSettings = SettingsOf<LimitsOptions, Off>

/** What applies where an option is not given. */
export const LIMITS_DEFAULTS: LimitsSettings = {
  maxConcurrent: Infinity,
  perKey: {},
  maxQueued: 10_000,
  maxWaitMs: 60_000,
  maxKeys: 1_000,
}

const slots: Rule = rule(
  'a whole number of at least 1, or Infinity',
  (value) => value === Infinity || integer(1).test(value),
)
const CEILINGS: Rules<keyof Ceilings> = {
  requestsPerMinute: optional(number(0.01)),
  tokensPerMinute: optional(number(1)),
  maxConcurrent: optional(slots),
}

const RULES: Rules<keyof LimitsOptions> = {
  ...CEILINGS,
  perKey: rule('an object of keys, each with limits of its own', isRecord),
  key: optional(callable),
  estimateTokens: optional(callable),
  maxQueued: integer(1),
  maxWaitMs: millisecondsOrForever(0),
  maxKeys: integer(1),
}

/** @throws ConfigurationError with a sentence that names option and value */
export const settingsOf = (given: LimitsOptions | undefined): LimitsSettings => {
  const settings = resolveOptions<LimitsSettings>('limits', given, LIMITS_DEFAULTS, RULES)
  const perKey = Object.entries(settings.perKey).map(([key, ceilings]) => [
    key,
    resolveOptions<Ceilings>(`limits: of key ${quote(key)}`, ceilings, {}, CEILINGS),
  ])
  return { ...settings, perKey: Object.fromEntries(perKey) as LimitsSettings['perKey'] }
}

/** Somebody is waiting for it, or nobody is. */
export type Priority = 'interactive' | 'batch'

export interface AdmitOptions {
  /** Where a call may go: the list that `fallback` is given. @default the pipeline's own provider */
  readonly targets?: readonly { readonly id: string }[] | undefined
  /** Interactive calls go before batch calls. @default 'interactive' */
  readonly priority?: Priority | ((ctx: Context) => Priority) | undefined
}
type AdmitSettings = SettingsOf<AdmitOptions, 'targets'>

/** What applies where an option is not given. */
export const ADMIT_DEFAULTS: { readonly priority: Priority } = { priority: 'interactive' }

const isTarget = (value: unknown): boolean => isRecord(value) && typeof value['id'] === 'string'

const ADMIT_RULES: Rules<keyof AdmitOptions> = {
  targets: optional(
    rule(
      'a list of targets with an id',
      (value) => Array.isArray(value) && value.length > 0 && value.every(isTarget),
    ),
  ),
  priority: either(oneOf('interactive', 'batch'), callable),
}

/** @throws ConfigurationError with a sentence that names option and value */
export const admitSettingsOf = (given: AdmitOptions | undefined): AdmitSettings =>
  resolveOptions<AdmitSettings>('admit', given, ADMIT_DEFAULTS, ADMIT_RULES)
