/** How a number behaves: it only grows, it has a distribution, or it is what it is now. */
export type MetricKind = 'counter' | 'histogram' | 'gauge'

/** The key of a metric. */
export type MetricName =
  | 'calls'
  | 'callFailures'
  | 'callDuration'
  | 'callFirstContent'
  | 'retries'
  | 'retriedCalls'
  | 'fallbacks'
  | 'fallbackSteps'
  | 'lastOption'
  | 'cache'
  | 'degraded'
  | 'wasted'
  | 'attempts'
  | 'attemptFailures'
  | 'attemptDuration'
  | 'tokens'
  | 'cost'
  | 'estimated'
  | 'unpriced'
  | 'inFlight'
  | 'circuitState'
  | 'circuitBanned'
  | 'budgetSpent'
  | 'budgetLeft'
  | 'stacked'
  | 'alertsFiring'

/** One metric of ours, under its name in Prometheus and in OpenTelemetry. */
export interface MetricInfo {
  readonly name: string
  readonly otel: string
  readonly kind: MetricKind
  /** A UCUM unit, as OpenTelemetry wants it. */
  readonly unit: string
  readonly labels: readonly string[]
  readonly help: string
}

const ROUTE = ['route'] as const
const MODEL = ['provider', 'model'] as const

/**
 * Every metric that is exported; the one source of the exporters, the dashboard, the rules and the table in the docs.
 * Labels hold few values by construction: routes, providers, models, faults and keys are bounded, ids are no labels.
 */
export const METRICS: Readonly<Record<MetricName, MetricInfo>> = {
  calls: {
    name: 'holdfast_calls_total',
    otel: 'holdfast.calls',
    kind: 'counter',
    unit: '{call}',
    labels: [...ROUTE, 'outcome'],
    help: 'Calls that ended, by how they ended.',
  },
  callFailures: {
    name: 'holdfast_call_failures_total',
    otel: 'holdfast.call.failures',
    kind: 'counter',
    unit: '{call}',
    labels: [...ROUTE, 'fault'],
    help: 'Calls that failed, by fault.',
  },
  callDuration: {
    name: 'holdfast_call_duration_seconds',
    otel: 'holdfast.call.duration',
    kind: 'histogram',
    unit: 's',
    labels: [...ROUTE, 'outcome'],
    help: 'How long calls took, retries, waits and fallbacks included.',
  },
  callFirstContent: {
    name: 'holdfast_call_first_content_seconds',
    otel: 'holdfast.call.first_content',
    kind: 'histogram',
    unit: 's',
    labels: ROUTE,
    help: 'How long callers waited for the first content of an answer.',
  },
  retries: {
    name: 'holdfast_retries_total',
    otel: 'holdfast.retries',
    kind: 'counter',
    unit: '{attempt}',
    labels: ROUTE,
    help: 'Attempts that retry made beyond the first.',
  },
  retriedCalls: {
    name: 'holdfast_retried_calls_total',
    otel: 'holdfast.retried_calls',
    kind: 'counter',
    unit: '{call}',
    labels: ROUTE,
    help: 'Calls that were retried at least once.',
  },
  fallbacks: {
    name: 'holdfast_fallbacks_total',
    otel: 'holdfast.fallbacks',
    kind: 'counter',
    unit: '{call}',
    labels: ROUTE,
    help: 'Calls that went on to another target.',
  },
  fallbackSteps: {
    name: 'holdfast_fallback_steps_total',
    otel: 'holdfast.fallback_steps',
    kind: 'counter',
    unit: '{step}',
    labels: ROUTE,
    help: 'Steps that calls went down their lists of targets.',
  },
  lastOption: {
    name: 'holdfast_last_option_total',
    otel: 'holdfast.last_option',
    kind: 'counter',
    unit: '{call}',
    labels: ROUTE,
    help: 'Calls that came to the last option of their list.',
  },
  cache: {
    name: 'holdfast_cache_total',
    otel: 'holdfast.cache',
    kind: 'counter',
    unit: '{call}',
    labels: [...ROUTE, 'status'],
    help: 'Calls of routes with a cache, by what it did.',
  },
  degraded: {
    name: 'holdfast_degraded_total',
    otel: 'holdfast.degraded',
    kind: 'counter',
    unit: '{call}',
    labels: ROUTE,
    help: 'Calls that were answered with a stand-in.',
  },
  wasted: {
    name: 'holdfast_wasted_usd_total',
    otel: 'holdfast.wasted',
    kind: 'counter',
    unit: 'USD',
    labels: ROUTE,
    help: 'Dollars that bought nothing: failed, hedged, abandoned or invalid attempts.',
  },
  attempts: {
    name: 'holdfast_attempts_total',
    otel: 'holdfast.attempts',
    kind: 'counter',
    unit: '{attempt}',
    labels: [...MODEL, 'outcome'],
    help: 'Requests to providers that ended, by how they ended.',
  },
  attemptFailures: {
    name: 'holdfast_attempt_failures_total',
    otel: 'holdfast.attempt.failures',
    kind: 'counter',
    unit: '{attempt}',
    labels: [...MODEL, 'fault'],
    help: 'Requests to providers that failed, by fault.',
  },
  attemptDuration: {
    name: 'holdfast_attempt_duration_seconds',
    otel: 'holdfast.attempt.duration',
    kind: 'histogram',
    unit: 's',
    labels: MODEL,
    help: 'How long successful requests to providers took.',
  },
  tokens: {
    name: 'holdfast_tokens_total',
    otel: 'holdfast.tokens',
    kind: 'counter',
    unit: '{token}',
    labels: [...MODEL, 'type'],
    help: 'Tokens that were billed, those of failed attempts included.',
  },
  cost: {
    name: 'holdfast_cost_usd_total',
    otel: 'holdfast.cost',
    kind: 'counter',
    unit: 'USD',
    labels: [...ROUTE, ...MODEL],
    help: 'Dollars that were spent, those of failed attempts included.',
  },
  estimated: {
    name: 'holdfast_estimated_usd_total',
    otel: 'holdfast.estimated',
    kind: 'counter',
    unit: 'USD',
    labels: MODEL,
    help: 'The part of the cost that is a guess: attempts that nobody saw the end of.',
  },
  unpriced: {
    name: 'holdfast_unpriced_attempts_total',
    otel: 'holdfast.unpriced_attempts',
    kind: 'counter',
    unit: '{attempt}',
    labels: MODEL,
    help: 'Attempts that were billed at a price nobody knows.',
  },
  inFlight: {
    name: 'holdfast_calls_in_flight',
    otel: 'holdfast.calls.in_flight',
    kind: 'gauge',
    unit: '{call}',
    labels: ROUTE,
    help: 'Calls that have begun and not ended.',
  },
  circuitState: {
    name: 'holdfast_circuit_state',
    otel: 'holdfast.circuit.state',
    kind: 'gauge',
    unit: '1',
    labels: ['key'],
    help: '0 closed, 1 half-open, 2 open.',
  },
  circuitBanned: {
    name: 'holdfast_circuit_banned',
    otel: 'holdfast.circuit.banned',
    kind: 'gauge',
    unit: '1',
    labels: ['key'],
    help: '1 while a circuit is open because a key or its quota was turned away.',
  },
  budgetSpent: {
    name: 'holdfast_budget_spent_ratio',
    otel: 'holdfast.budget.spent',
    kind: 'gauge',
    unit: '1',
    labels: ['key'],
    help: 'The share of a cost budget that is spent.',
  },
  budgetLeft: {
    name: 'holdfast_budget_left_usd',
    otel: 'holdfast.budget.left',
    kind: 'gauge',
    unit: 'USD',
    labels: ['key'],
    help: 'Dollars that are left of a cost budget.',
  },
  stacked: {
    name: 'holdfast_retries_stacked',
    otel: 'holdfast.retries_stacked',
    kind: 'gauge',
    unit: '1',
    labels: ROUTE,
    help: '1 when the client behind a route is known to retry by itself, too.',
  },
  alertsFiring: {
    name: 'holdfast_alerts_firing',
    otel: 'holdfast.alerts.firing',
    kind: 'gauge',
    unit: '{alert}',
    labels: ['rule', 'severity'],
    help: 'Alerts that are firing in this process.',
  },
}

/** Bounds of the buckets of durations, in seconds: those that the GenAI conventions name, and two more for long answers. */
export const DURATION_BUCKETS: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84,
  327.68,
]
