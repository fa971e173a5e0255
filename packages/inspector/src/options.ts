import { boolean, integer, optional, resolveOptions, rule } from '@holdfast/core'
import type { Monitor } from '@holdfast/monitor'

/** What an inspector can be told. */
export interface InspectorOptions {
  /** The monitor whose books are shown; it is told to watch what is inspected. @default one of its own, without prices */
  readonly monitor?: Monitor
  /** Shows the texts of requests, where the events tell them. @default false: their length and a fingerprint */
  readonly prompts?: boolean
  /** Calls that are remembered, for a page that is opened later. @default 2_000 */
  readonly maxCalls?: number
}

/** What applies where an option is not given. */
export const INSPECTOR_DEFAULTS: Required<Omit<InspectorOptions, 'monitor'>> = {
  prompts: false,
  maxCalls: 2_000,
}

const RULES = {
  monitor: optional(
    rule(
      'a monitor()',
      (value) => typeof (value as Partial<Monitor> | null)?.snapshot === 'function',
    ),
  ),
  prompts: boolean,
  maxCalls: integer(1),
}

/** Checks the options and fills in the defaults. */
export const settingsOf = (
  given: InspectorOptions | undefined,
): typeof INSPECTOR_DEFAULTS & InspectorOptions =>
  resolveOptions<typeof INSPECTOR_DEFAULTS & InspectorOptions>(
    'inspector',
    given,
    INSPECTOR_DEFAULTS,
    RULES,
  )
