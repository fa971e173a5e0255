import { counter, gauge, histogram, type MetricInfo, type MetricName } from './metric-info.ts'

const ROUTE = ['route'] as const
const MODEL = ['provider', 'model'] as const

/**
 * Every metric that is exported; the one source of the exporters, the dashboard, the rules and the table in the docs.
 * Labels hold few values by construction: routes, providers, models, faults and keys are bounded, ids are no labels.
 */
export const METRICS: Readonly<Record<MetricName, MetricInfo>> = {
  calls: counter(
    'holdfast.calls',
    '{call}',
    [...ROUTE, 'outcome'],
    'Calls that ended, by how they ended: aborted ones were left by their callers.',
  ),
  callFailures: counter(
    'holdfast.call.failures',
    '{call}',
    [...ROUTE, 'fault'],
    'Calls that failed, by fault; those whose callers left are none.',
  ),
  callDuration: histogram(
    'holdfast.call.duration',
    's',
    [...ROUTE, 'outcome'],
    'How long calls took, retries, waits and fallbacks included.',
  ),
  callFirstContent: histogram(
    'holdfast.call.first_content',
    's',
    ROUTE,
    'How long callers waited for the first content of an answer.',
  ),
  retries: counter(
    'holdfast.retries',
    '{attempt}',
    ROUTE,
    'Attempts that retry made beyond the first.',
  ),
  retriedCalls: counter(
    'holdfast.retried_calls',
    '{call}',
    ROUTE,
    'Calls that were retried at least once.',
  ),
  fallbacks: counter(
    'holdfast.fallbacks',
    '{call}',
    ROUTE,
    'Calls that went on to another target.',
  ),
  fallbackSteps: counter(
    'holdfast.fallback_steps',
    '{step}',
    ROUTE,
    'Steps that calls went down their lists of targets.',
  ),
  lastOption: counter(
    'holdfast.last_option',
    '{call}',
    ROUTE,
    'Calls that came to the last option of their list.',
  ),
  cache: counter(
    'holdfast.cache',
    '{call}',
    [...ROUTE, 'status'],
    'Calls of routes with a cache, by what it did.',
  ),
  degraded: counter(
    'holdfast.degraded',
    '{call}',
    ROUTE,
    'Calls that were answered with a stand-in.',
  ),
  wasted: counter(
    'holdfast.wasted_usd',
    '{USD}',
    ROUTE,
    'Dollars that bought nothing: failed, hedged, abandoned or invalid attempts.',
  ),
  attempts: counter(
    'holdfast.attempts',
    '{attempt}',
    [...MODEL, 'outcome'],
    'Requests to providers that ended, by how they ended.',
  ),
  attemptFailures: counter(
    'holdfast.attempt.failures',
    '{attempt}',
    [...MODEL, 'fault'],
    'Requests to providers that failed, by fault.',
  ),
  attemptDuration: histogram(
    'holdfast.attempt.duration',
    's',
    MODEL,
    'How long successful requests to providers took.',
  ),
  tokens: counter(
    'holdfast.tokens',
    '{token}',
    [...MODEL, 'type'],
    'Tokens that were billed, those of failed attempts included.',
  ),
  cost: counter(
    'holdfast.cost_usd',
    '{USD}',
    [...ROUTE, ...MODEL],
    'Dollars that were spent, those of failed attempts included.',
  ),
  estimated: counter(
    'holdfast.estimated_usd',
    '{USD}',
    MODEL,
    'The part of the cost that is a guess: attempts that nobody saw the end of.',
  ),
  unpriced: counter(
    'holdfast.unpriced_attempts',
    '{attempt}',
    MODEL,
    'Attempts that were billed at a price nobody knows.',
  ),
  inFlight: gauge(
    'holdfast.calls.in_flight',
    '{call}',
    ROUTE,
    'Calls that have begun and not ended.',
  ),
  queued: gauge('holdfast.calls.queued', '{call}', ROUTE, 'Calls that wait in queues.'),
  circuitState: gauge(
    'holdfast.circuit.state',
    '{state}',
    ['key'],
    '0 closed, 1 half-open, 2 open.',
  ),
  circuitBanned: gauge(
    'holdfast.circuit.banned',
    '{state}',
    ['key'],
    '1 while a circuit is open because a key or its quota was turned away.',
  ),
  budgetSpent: gauge(
    'holdfast.budget.spent',
    '1',
    ['key'],
    'The share of a cost budget that is spent.',
  ),
  budgetLeft: gauge(
    'holdfast.budget.left_usd',
    '{USD}',
    ['key'],
    'Dollars that are left of a cost budget.',
  ),
  stacked: gauge(
    'holdfast.retries_stacked',
    '{state}',
    ROUTE,
    '1 when the client behind a route is known to retry by itself, too.',
  ),
  alertsFiring: gauge(
    'holdfast.alerts.firing',
    '{alert}',
    ['rule', 'severity'],
    'Alerts that are firing in this process.',
  ),
}

/** Bounds of the buckets of durations, in seconds: those that the GenAI conventions name, and two more for long answers. */
export const DURATION_BUCKETS: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84,
  327.68,
]
