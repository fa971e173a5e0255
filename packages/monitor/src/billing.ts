import { NO_USAGE } from '@holdfast/core'
import type { Attempt, FaultKind, Usage } from '@holdfast/core'

/** What a provider bills beside answers that came whole. */
export interface BillingRule {
  /** What we stopped reading: it is `generated` all the same, or it is `free`. */
  readonly abandoned: 'generated' | 'free'
  /** A refusal or a safety block that came before any output: the prompt is `billed`, or all is `free`. */
  readonly blocked: 'billed' | 'free'
}

/** By provider; `*` for those that are not named. */
export type BillingRules = Readonly<Record<string, BillingRule>>

/**
 * What applies where no rule is given.
 * Anthropic: a refusal without output is not billed (release notes of the platform, 2026).
 * OpenRouter: no output and an error or a blank finish is not billed ("zero completion insurance").
 */
export const BILLING_DEFAULTS: BillingRules = {
  '*': { abandoned: 'generated', blocked: 'billed' },
  anthropic: { abandoned: 'generated', blocked: 'free' },
  openrouter: { abandoned: 'generated', blocked: 'free' },
}

/** Mean tokens of the answers that a target has reported: the best guess at one that nobody saw the end of. */
export interface ExpectedTokens {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** These never came to the model: neither a tenth of a rate limit nor an unknown key costs anything. */
const REJECTED: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'rate-limited',
  'quota-exhausted',
  'auth',
  'permission',
  'invalid-request',
  'context-window',
  'model-unavailable',
  'circuit-open',
  'limited',
  'budget-exhausted',
])
/** Nothing came back. Whether the model had begun is not to be known; that it had not is far more likely. */
const NEVER_BEGAN: ReadonlySet<FaultKind> = new Set<FaultKind>(['network', 'overloaded', 'server'])
const BLOCKED: ReadonlySet<FaultKind> = new Set<FaultKind>(['refused', 'content-filtered'])

/** What was billed of an attempt, as far as that can be known. */
export const billedUsage = (
  attempt: Pick<Attempt, 'fault' | 'usage' | 'firstContentAt' | 'endedAt' | 'provider'>,
  rules: BillingRules = BILLING_DEFAULTS,
  expected?: ExpectedTokens,
): Usage => {
  const { fault, usage = NO_USAGE } = attempt
  if (fault === undefined) return usage
  const { kind, status = 200 } = fault
  const rule = rules[attempt.provider] ?? rules['*'] ?? BILLING_DEFAULTS['*']!
  const begun = hadBegun(attempt)
  if (BLOCKED.has(kind) && rule.blocked === 'free' && usage.outputTokens === 0) return NO_USAGE
  if (usage.source === 'reported') return usage
  // An error status is an answer without a model; a stream that had begun has been billed, whatever came after.
  if (!begun && (status >= 400 || REJECTED.has(kind) || NEVER_BEGAN.has(kind))) return NO_USAGE
  if (rule.abandoned === 'free') return NO_USAGE
  return guess(usage, begun, expected)
}

/** Did content come before it failed? A failure with nothing before it has both times in one. */
export const hadBegun = ({
  usage,
  firstContentAt,
  endedAt,
}: Pick<Attempt, 'usage' | 'firstContentAt' | 'endedAt'>): boolean =>
  (usage?.outputTokens ?? 0) > 0 || (firstContentAt !== undefined && firstContentAt !== endedAt)

/** A stream is billed for what it had said; of an answer that was to come whole, all had been generated. */
const guess = (usage: Usage, begun: boolean, expected: ExpectedTokens | undefined): Usage => {
  const inputTokens = usage.inputTokens || Math.round(expected?.inputTokens ?? 0)
  const outputTokens = begun
    ? usage.outputTokens
    : Math.max(usage.outputTokens, Math.round(expected?.outputTokens ?? 0))
  if (inputTokens === 0 && outputTokens === 0) return NO_USAGE
  return { ...usage, inputTokens, outputTokens, source: 'estimated' }
}
