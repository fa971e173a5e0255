import type { FaultKind } from '@holdfast/core'

/** `page` wakes somebody; `ticket` can wait until the morning. */
export type Severity = 'page' | 'ticket'

/** When an alert is due, as data: the same rules are written out for Prometheus. */
export type Condition =
  /** More than this share of a route's calls failed. */
  | {
      readonly kind: 'error-rate'
      readonly above: number
      readonly windowMs: number
      readonly minSamples: number
    }
  /** A circuit is not closed; with `faults`, only when one of them opened it. */
  | { readonly kind: 'circuit-open'; readonly faults?: readonly FaultKind[] }
  /** A call came to the last option of its list. */
  | { readonly kind: 'last-option'; readonly windowMs: number }
  /** The mean latency of a route is this many times that of the time before. */
  | {
      readonly kind: 'slower'
      readonly factor: number
      readonly windowMs: number
      readonly baselineMs: number
      readonly minSamples: number
    }
  /** All routes together spend more than this. */
  | { readonly kind: 'cost-rate'; readonly usdPerHour: number; readonly windowMs: number }
  /** More than this share of a budget is spent. */
  | { readonly kind: 'budget-spent'; readonly above: number }
  /** Faults that the table does not know come this many times as often as before. */
  | {
      readonly kind: 'unknown-rising'
      readonly factor: number
      readonly windowMs: number
      readonly baselineMs: number
      readonly minSamples: number
    }
  /** The client that a pipeline calls retries by itself, too: every retry multiplies. */
  | { readonly kind: 'retries-stacked' }

/** One rule: what to look for, and how patiently. */
export interface AlertRule {
  /** In `kebab-case`; unique. */
  readonly name: string
  readonly severity: Severity
  /** What it means to whoever is woken, with `{key}` and `{value}`. */
  readonly summary: string
  readonly when: Condition
  /** It must be so for this long before it fires, in milliseconds. */
  readonly holdMs: number
  /** It must be over for this long before it is resolved, in milliseconds: what flaps fires once. */
  readonly keepMs: number
}

/** An alert that is firing, or that has been resolved. */
export interface Alert {
  readonly rule: string
  /** What it is about: a route, a circuit, a budget; `*` for all together. */
  readonly key: string
  readonly severity: Severity
  /** A sentence for whoever is woken. */
  readonly summary: string
  /** What was measured when it fired. */
  readonly value: number
  /** Wall times, in milliseconds since 1970. */
  readonly firedAt: number
  readonly resolvedAt: number | undefined
}

/** What a condition finds to be so, now. */
export interface Finding {
  readonly key: string
  readonly value: number
}
