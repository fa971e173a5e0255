import type { FaultSpec, Scenario } from '@holdfast/chaos'

/**
 * The day is played at eight times its speed: `seconds(8)` of it take one second here.
 * Latencies, timeouts, backoff and breaks are all written in seconds of the day, with the values that one would use
 * in production, so the only thing that the demo changes is this number. The SDKs' own backoff cannot be sped up.
 */
export const seconds = (count: number): number => count * 125

/** A part of the day: its name, how long it is as a share of the day, and what each provider goes through. */
interface Hour {
  readonly name: string
  readonly share: number
  readonly openai?: readonly FaultSpec[]
  readonly anthropic?: readonly FaultSpec[]
}

/** Of a model that declines so many harmless questions. A `cut` is the connection's fault, and looks like an end. */
const badAnswers = (refusals: number): readonly FaultSpec[] => [
  { fault: 'empty', probability: 0.04 },
  { fault: 'truncated', probability: 0.08 },
  { fault: 'refusal', probability: refusals },
  { fault: 'invalid-json', probability: 0.05 },
  { fault: 'wrong-schema', probability: 0.08 },
  { fault: 'fenced-json', probability: 0.1 },
  { fault: 'cut', at: 'body', end: 'clean', probability: 0.05 },
]

const HOURS: readonly Hour[] = [
  { name: 'calm', share: 0.1 },
  {
    name: 'rate limit',
    share: 0.15,
    openai: [{ fault: 'rate-limit', requestsPerSecond: 10, burst: 10, hint: 'retry-after-ms' }],
  },
  // While both can be reached: a refusal of the only model that is up is final, for every contender.
  { name: 'bad answers', share: 0.2, openai: badAnswers(0.06), anthropic: badAnswers(0.01) },
  {
    name: '503s',
    share: 0.15,
    openai: [{ fault: 'unavailable', probability: 0.4 }],
    anthropic: [{ fault: 'overloaded', probability: 0.05 }],
  },
  {
    name: 'outage',
    share: 0.2,
    openai: [
      { fault: 'unavailable', probability: 0.7 },
      { fault: 'reset', probability: 0.3 },
    ],
  },
  {
    name: 'brown-out',
    share: 0.15,
    openai: [
      { fault: 'slow', factor: 20, probability: 0.7 },
      { fault: 'stalled', probability: 0.3 },
    ],
  },
  { name: 'calm', share: 0.05 },
]

/** A named span of the day, in milliseconds since it began. */
export interface Span {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

/** What happens, when, and to whom: the same for every contender. */
export interface Day {
  readonly seed: number
  readonly lengthMs: number
  /** After so long a user leaves; a call that is not answered by then has failed. */
  readonly patienceMs: number
  readonly spans: readonly Span[]
  readonly openai: Scenario
  readonly anthropic: Scenario
}

/** A bad day of two providers. */
export const badDay = (seed: number, lengthMs: number, patienceMs = seconds(30)): Day => {
  let clock = 0
  const spans = HOURS.map(({ name, share }) => {
    const fromMs = clock
    clock += share * lengthMs
    return { name, fromMs, toMs: clock }
  })
  const scenario = (provider: 'openai' | 'anthropic', scenarioSeed: number): Scenario => ({
    name: provider,
    seed: scenarioSeed,
    latencyMs: { p50: seconds(0.5), p95: seconds(1.5) },
    phases: HOURS.flatMap((hour, index) => {
      const { fromMs = 0, toMs = 0 } = spans[index] ?? {}
      const faults = hour[provider]
      return faults === undefined ? [] : [{ fromMs, toMs, faults }]
    }),
  })
  // Seeds of their own, or the second provider would give the same bad answer to the same question.
  return {
    seed,
    lengthMs,
    patienceMs,
    spans,
    openai: scenario('openai', 2 * seed),
    anthropic: scenario('anthropic', 2 * seed + 1),
  }
}
