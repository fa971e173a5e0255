import {
  boolean,
  callable,
  either,
  faultKinds,
  integer,
  isRecord,
  milliseconds,
  millisecondsOrForever,
  oneOf,
  optional,
  resolveOptions,
  RETRYABLE,
  rule,
} from '@holdfast/core'
import type { Context, Fault, FaultKind, Rule, Rules, SettingsOf } from '@holdfast/core'

import type { Jitter } from './backoff.ts'

/** What a hook is told about the attempt that failed. */
export interface RetryAt<Req = unknown> {
  readonly fault: Fault
  readonly error: unknown
  /** The attempt that failed; 1 for the first. */
  readonly attempt: number
  readonly ctx: Context<Req>
}

/** First waits in milliseconds, by fault kind. */
export type BaseDelays = Readonly<Partial<Record<FaultKind, number>>>

/** What `retry` can be told; everything has a default. */
export interface RetryOptions<Req = unknown> {
  /** All calls, the first one too: 1 never retries, `Infinity` never gives up by itself. @default 4 */
  readonly maxAttempts?: number | undefined
  /**
   * The faults to retry. `fault.retryable` must agree: a `false` there is never overridden.
   * @default every kind that a second try can mend, and `context-window` for an `adapt` that shortens the request
   */
  readonly on?: readonly FaultKind[] | undefined
  /**
   * The first wait, in milliseconds, doubled for each further one: one number for all faults, or some by kind, laid
   * over the defaults. A 502 waits as if `overloaded`.
   * @default rate-limited 1 s, server 2 s, overloaded (and 502) 4 s, context-window 0, any other 1 s
   */
  readonly baseDelayMs?: number | BaseDelays | undefined
  /** No computed wait is longer, in milliseconds. @default 60_000 */
  readonly maxDelayMs?: number | undefined
  /** How computed waits are spread. @default 'full' */
  readonly jitter?: Jitter | undefined
  /**
   * A provider that asks to be left alone for longer than this, in milliseconds, is given up at once, so that
   * `fallback` can answer (T16).
   * @default 60_000, the window of per-minute limits
   */
  readonly maxRetryAfterMs?: number | undefined
  /** Draw on the pipeline's retry budget, which keeps an outage from being multiplied. @default true */
  readonly budget?: boolean | undefined
  /**
   * Your own wait for one failure, in milliseconds and without jitter; undefined leaves it to the backoff. The
   * provider's hint stays the floor under it.
   */
  readonly delay?: ((at: RetryAt<Req>) => number | undefined) | undefined
  /**
   * Your change of the request for the attempts that follow; undefined leaves it as it is. A changed request may be
   * sent even where the same one could never succeed, such as one too long for the context window.
   */
  readonly adapt?: ((request: Req, at: RetryAt<Req>) => Req | undefined) | undefined
}

/** Options after the defaults: only the hooks may be missing. */
export type RetrySettings<Req> = SettingsOf<RetryOptions<Req>, 'delay' | 'adapt'>

const DEFAULT_BASE_DELAYS: BaseDelays = {
  'rate-limited': 1_000,
  server: 2_000,
  overloaded: 4_000,
  // A shorter request fits at once: there is nothing to wait for.
  'context-window': 0,
}
const OTHER_BASE_DELAY_MS = 1_000

const KINDS = Object.keys(RETRYABLE) as FaultKind[]

/** What `retry()` does when it is told nothing. */
export const RETRY_DEFAULTS: RetrySettings<unknown> = {
  maxAttempts: 4,
  on: [...KINDS.filter((kind) => RETRYABLE[kind]), 'context-window'],
  baseDelayMs: DEFAULT_BASE_DELAYS,
  maxDelayMs: 60_000,
  jitter: 'full',
  maxRetryAfterMs: 60_000,
  budget: true,
}

/** A wait of one's own, or none. */
export const WAIT: Rule = /* @__PURE__ */ optional(/* @__PURE__ */ milliseconds())

const baseDelays: Rule = rule(
  'milliseconds by fault kind',
  (value) =>
    isRecord(value) &&
    faultKinds.test(Object.keys(value)) &&
    Object.values(value).every((ms) => WAIT.test(ms)),
)

const RULES: Rules<keyof RetryOptions> = {
  maxAttempts: either(
    integer(1),
    rule('Infinity', (value) => value === Infinity),
  ),
  on: faultKinds,
  baseDelayMs: either(milliseconds(), baseDelays),
  maxDelayMs: milliseconds(),
  jitter: oneOf('full', 'equal', 'proportional', 'decorrelated'),
  maxRetryAfterMs: millisecondsOrForever(),
  budget: boolean,
  delay: optional(callable),
  adapt: optional(callable),
}

/**
 * Options over defaults, checked and copied.
 *
 * @throws ConfigurationError naming the option and its value
 */
export function settingsOf<Req>(given?: RetryOptions<Req>): RetrySettings<Req> {
  const settings = resolveOptions('retry', given, RETRY_DEFAULTS, RULES) as RetrySettings<Req>
  return { ...settings, baseDelayMs: structuredClone(settings.baseDelayMs) }
}

/** The first wait for this fault, in milliseconds. */
export function baseDelayMsFor(given: number | BaseDelays, { kind, status }: Fault): number {
  if (typeof given === 'number') return given
  // What stands behind the gateway is down or drowning: it needs the time of an overload.
  const as = status === 502 ? 'overloaded' : kind
  return given[as] ?? DEFAULT_BASE_DELAYS[as] ?? OTHER_BASE_DELAY_MS
}
