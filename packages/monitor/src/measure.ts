import { beyond } from './bill.ts'
import type { AttemptEntry, CallEntry } from './entry.ts'
import type { MetricName } from './metric-info.ts'
import type { Snapshot } from './metrics.ts'

/** One reading of one metric, with its labels. */
export interface Reading {
  readonly metric: MetricName
  readonly value: number
  readonly labels: Readonly<Record<string, string>>
}

const seconds = (ms: number): number => ms / 1_000

const OUTCOMES = ['succeeded', 'failed', 'aborted'] as const

/** What a call adds to the metrics; a zero too, for a counter that begins at one has never risen (`increase` of it is 0). */
export const readCall = (call: CallEntry): readonly Reading[] => {
  const route = { route: call.route }
  const { outcome, fault, firstContentMs, cache } = call
  const ofRoute = (metric: MetricName, value: number): Reading => ({ metric, value, labels: route })
  return [
    ...OUTCOMES.map((one): Reading => ({
      metric: 'calls',
      value: one === outcome ? 1 : 0,
      labels: { ...route, outcome: one },
    })),
    { metric: 'callDuration', value: seconds(call.durationMs), labels: { ...route, outcome } },
    ...(fault === undefined || outcome === 'aborted'
      ? []
      : [{ metric: 'callFailures', value: 1, labels: { ...route, fault: fault.kind } } as const]),
    ...(firstContentMs === undefined ? [] : [ofRoute('callFirstContent', seconds(firstContentMs))]),
    ...(cache === undefined
      ? []
      : [{ metric: 'cache', value: 1, labels: { ...route, status: cache.status } } as const]),
    ofRoute('retries', call.retries),
    ofRoute('retriedCalls', call.retries > 0 ? 1 : 0),
    ofRoute('fallbacks', call.fallbacks.length > 0 ? 1 : 0),
    ofRoute('fallbackSteps', call.fallbacks.length),
    ofRoute('lastOption', call.lastOption ? 1 : 0),
    ofRoute('degraded', call.degraded ? 1 : 0),
    ofRoute('wasted', wastedAnswers(call)),
  ]
}

/** What was paid for answers that did not serve: known at the end of the call, what else is wasted at that of the attempt. */
const wastedAnswers = ({ attempts }: CallEntry): number =>
  attempts.reduce(
    (sum, { outcome, wasted, costUsd = 0 }) =>
      sum + (wasted && outcome === 'succeeded' ? costUsd : 0),
    0,
  )

/** What was not counted before: counters only grow, and one that was called off was counted when it was. */
const dueOf = ({
  usage,
  costUsd,
  earlier,
}: AttemptEntry): Pick<AttemptEntry, 'usage' | 'costUsd'> => {
  if (earlier === undefined) return { usage, costUsd }
  const due = beyond({ usage, usd: costUsd }, { usage: earlier.usage, usd: earlier.costUsd })
  return { usage: due.usage, costUsd: due.usd }
}

/** What an attempt adds to the metrics. */
export const readAttempt = (attempt: AttemptEntry): readonly Reading[] => {
  const { provider, outcome, fault, durationMs, earlier } = attempt
  const model = { provider, model: attempt.servedModel ?? attempt.model ?? 'unknown' }
  const { usage, costUsd } = dueOf(attempt)
  const isNew = earlier === undefined
  const readings: (Reading | false | undefined)[] = [
    isNew && { metric: 'attempts', value: 1, labels: { ...model, outcome } },
    isNew &&
      fault !== undefined && {
        metric: 'attemptFailures',
        value: 1,
        labels: { ...model, fault: fault.kind },
      },
    fault === undefined &&
      durationMs !== undefined && {
        metric: 'attemptDuration',
        value: seconds(durationMs),
        labels: model,
      },
    usage.inputTokens > 0 && {
      metric: 'tokens',
      value: usage.inputTokens,
      labels: { ...model, type: 'input' },
    },
    usage.outputTokens > 0 && {
      metric: 'tokens',
      value: usage.outputTokens,
      labels: { ...model, type: 'output' },
    },
    costUsd !== undefined &&
      costUsd > 0 && {
        metric: 'cost',
        value: costUsd,
        labels: { route: attempt.route, ...model },
      },
    costUsd !== undefined &&
      costUsd > 0 &&
      attempt.wasted && {
        metric: 'wasted',
        value: costUsd,
        labels: { route: attempt.route },
      },
    costUsd !== undefined &&
      usage.source === 'estimated' && { metric: 'estimated', value: costUsd, labels: model },
    isNew && costUsd === undefined && { metric: 'unpriced', value: 1, labels: model },
  ]
  return readings.filter((reading) => reading !== undefined && reading !== false)
}

const STATES = { closed: 0, 'half-open': 1, open: 2 } as const
const BANNING: ReadonlySet<string | undefined> = new Set(['auth', 'permission', 'quota-exhausted'])

/** What is so now. */
export const readNow = ({
  routes,
  circuits,
  budgets,
  alerts,
  stacked,
}: Snapshot): readonly Reading[] => {
  const firing = new Map<string, Reading>()
  for (const { rule, severity } of alerts) {
    const value = (firing.get(rule)?.value ?? 0) + 1
    firing.set(rule, { metric: 'alertsFiring', value, labels: { rule, severity } })
  }
  return [
    ...Object.entries(routes).flatMap(([route, { inFlight, queued }]): Reading[] => [
      { metric: 'inFlight', value: inFlight, labels: { route } },
      { metric: 'queued', value: queued, labels: { route } },
    ]),
    ...Object.entries(circuits).flatMap(([key, { state, fault }]): Reading[] => [
      { metric: 'circuitState', value: STATES[state], labels: { key } },
      {
        metric: 'circuitBanned',
        value: state !== 'closed' && BANNING.has(fault) ? 1 : 0,
        labels: { key },
      },
    ]),
    ...Object.entries(budgets).flatMap(([key, { spentShare, leftUsd }]): Reading[] => [
      { metric: 'budgetSpent', value: spentShare, labels: { key } },
      { metric: 'budgetLeft', value: leftUsd, labels: { key } },
    ]),
    ...stacked.map((route): Reading => ({ metric: 'stacked', value: 1, labels: { route } })),
    ...firing.values(),
  ]
}
