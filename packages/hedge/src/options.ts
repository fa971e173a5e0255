import {
  milliseconds,
  number,
  optional,
  ratio,
  resolveOptions,
  rule,
  type Rules,
  type SettingsOf,
  type TargetInfo,
} from '@holdfast/core'

export interface HedgeOptions {
  /** Where the second attempt may go: the list that `fallback` is given. @default the same target */
  readonly targets?: readonly TargetInfo[] | undefined
  /** The second attempt starts when the first content is later than this many times what 95 % of them took. @default 1.3 */
  readonly p95Times?: number | undefined
  /** A fixed delay in milliseconds, instead. @default what was learned */
  readonly afterMs?: number | undefined
  /** Second attempts allowed per call, 0 to 1. @default 0.05 */
  readonly ratio?: number | undefined
}

export type HedgeSettings = SettingsOf<HedgeOptions, 'targets' | 'afterMs'>

/** What applies where an option is not given. */
export const HEDGE_DEFAULTS: { readonly p95Times: number; readonly ratio: number } = {
  p95Times: 1.3,
  ratio: 0.05,
}

const RULES: Rules<keyof HedgeOptions> = {
  targets: optional(
    rule(
      'a list of targets with an id',
      (value) =>
        Array.isArray(value) &&
        value.every((target: { id?: unknown } | null) => typeof target?.id === 'string'),
    ),
  ),
  p95Times: number(1),
  afterMs: optional(milliseconds(0)),
  ratio,
}

/** @throws ConfigurationError with a sentence that names option and value */
export const settingsOf = (given: HedgeOptions | undefined): HedgeSettings =>
  resolveOptions<HedgeSettings>('hedge', given, HEDGE_DEFAULTS, RULES)
