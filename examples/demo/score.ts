import type { LogEntry } from '@holdfast/chaos'
import type { Price } from '@holdfast/core'

import type { Moment } from './timeline.ts'

/** How a call ended for its user. `silentlyWrong`: a bad answer was handed over as if it were a good one. */
export type Verdict = 'correct' | 'silentlyWrong' | 'failed' | 'degraded' | 'stale'

/** One call, as its user saw it. */
export interface Outcome {
  readonly prompt: string
  readonly verdict: Verdict
  readonly ms: number
}

/** How a contender did. Shares are of its calls, 0 to 1; tokens and requests are what its servers counted. */
export interface Score extends Readonly<Record<Verdict, number>> {
  readonly calls: number
  readonly upstreamPerCall: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Billed, but not for an answer that reached its user and was right. */
  readonly wastedTokens: number
  /** US dollars per correct answer. */
  readonly costPerSuccess: number
  readonly timeline: readonly Moment[]
}

// What the two models cost in late 2025, in US dollars per million tokens.
export const PRICES: Readonly<Record<'openai' | 'anthropic', Price>> = {
  openai: { inputPerMillion: 0.25, outputPerMillion: 2 },
  anthropic: { inputPerMillion: 1, outputPerMillion: 5 },
}

/** Adds up what the users saw and what the servers counted. */
export const scoreOf = (
  outcomes: readonly Outcome[],
  openai: readonly LogEntry[],
  anthropic: readonly LogEntry[],
  timeline: readonly Moment[],
): Score => {
  const calls = outcomes.length
  const share = (verdict: Verdict): number =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length / calls
  const times = outcomes.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const quantile = (q: number): number => round(times[Math.ceil(q * calls) - 1] ?? 0, 1)
  const requests = [...openai, ...anthropic]
  const correct = share('correct')

  return {
    calls,
    correct,
    failed: share('failed'),
    degraded: share('degraded'),
    stale: share('stale'),
    silentlyWrong: share('silentlyWrong'),
    upstreamPerCall: round(requests.length / calls, 3),
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    wastedTokens: tokensOf(requests) - usefulTokens(outcomes, requests),
    costPerSuccess: round(
      (costOf(openai, PRICES.openai) + costOf(anthropic, PRICES.anthropic)) /
        (correct * calls || 1),
      7,
    ),
    timeline,
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const tokensOf = (requests: readonly LogEntry[]): number =>
  requests.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0)

/** What tokens cost at a price, in US dollars. */
export const costOf = (
  requests: readonly Pick<LogEntry, 'inputTokens' | 'outputTokens'>[],
  price: Price,
): number =>
  requests.reduce(
    (sum, { inputTokens, outputTokens }) =>
      sum + (inputTokens * price.inputPerMillion + outputTokens * price.outputPerMillion) / 1e6,
    0,
  )

/** Faults whose answer is still a right one. */
const USABLE = new Set(['ok', 'slow', 'fenced-json'])

/** Tokens of answers that were of use: per prompt, at most one whole answer for each correct call. */
const usefulTokens = (outcomes: readonly Outcome[], requests: readonly LogEntry[]): number => {
  const wanted = new Map<string, number>()
  for (const { prompt, verdict } of outcomes)
    if (verdict === 'correct') wanted.set(prompt, (wanted.get(prompt) ?? 0) + 1)

  const useful = requests.filter((request) => {
    const left = wanted.get(request.key) ?? 0
    if (left === 0 || request.aborted || !USABLE.has(request.fault)) return false
    wanted.set(request.key, left - 1)
    return true
  })
  return tokensOf(useful)
}
