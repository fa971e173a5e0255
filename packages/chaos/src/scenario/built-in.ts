import type { FaultSpec } from '../faults/fault.ts'
import type { Scenario } from './scenario.ts'

const latencyMs = { p50: 60, p95: 180 }

const BAD_ANSWERS: readonly FaultSpec[] = [
  { fault: 'empty', probability: 0.03 },
  { fault: 'truncated', probability: 0.05 },
  { fault: 'refusal', probability: 0.03 },
  { fault: 'invalid-json', probability: 0.05 },
  { fault: 'wrong-schema', probability: 0.03 },
  { fault: 'fenced-json', probability: 0.1 },
]

/** A third of the streams break, each in a way of its own. */
const BROKEN_STREAMS: readonly FaultSpec[] = [
  { fault: 'cut', end: 'clean', probability: 0.05 },
  { fault: 'cut', end: 'half-event', probability: 0.03 },
  { fault: 'cut', at: 'preamble', probability: 0.05 },
  { fault: 'reset', at: 'body', probability: 0.05 },
  { fault: 'stalled', at: 'preamble', pingMs: 1_000, probability: 0.03 },
  { fault: 'stalled', at: 'body', probability: 0.03 },
  { fault: 'error-event', after: 'preamble', probability: 0.05 },
  { fault: 'error-event', after: 0.5, probability: 0.03 },
  { fault: 'empty-body', probability: 0.02 },
]

const OUTAGE: readonly FaultSpec[] = [
  { fault: 'unavailable', probability: 0.7 },
  { fault: 'reset', probability: 0.3 },
]

const BROWN_OUT: readonly FaultSpec[] = [
  { fault: 'slow', factor: 10, probability: 0.8 },
  { fault: 'stalled', probability: 0.2 },
]

/** Scenarios that need no file; the name is what `--scenario` takes. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  healthy: { name: 'healthy', latencyMs, phases: [] },
  outage: {
    name: 'outage',
    latencyMs,
    phases: [{ fromMs: 10_000, toMs: 40_000, faults: OUTAGE }],
  },
  'rate-limit': {
    name: 'rate-limit',
    latencyMs,
    phases: [{ faults: [{ fault: 'rate-limit', requestsPerSecond: 5 }] }],
  },
  'brown-out': {
    name: 'brown-out',
    latencyMs,
    phases: [{ fromMs: 10_000, toMs: 40_000, faults: BROWN_OUT }],
  },
  'bad-answers': { name: 'bad-answers', latencyMs, phases: [{ faults: BAD_ANSWERS }] },
  'broken-streams': {
    name: 'broken-streams',
    latencyMs,
    tokensPerSecond: 80,
    phases: [{ faults: BROKEN_STREAMS }],
  },
  'bad-day': {
    name: 'bad-day',
    latencyMs,
    phases: [
      { fromMs: 5_000, toMs: 15_000, faults: [{ fault: 'rate-limit', requestsPerSecond: 2 }] },
      { fromMs: 20_000, toMs: 30_000, faults: [{ fault: 'unavailable', probability: 0.4 }] },
      { fromMs: 35_000, toMs: 55_000, faults: OUTAGE },
      { fromMs: 60_000, toMs: 75_000, faults: BROWN_OUT },
      { fromMs: 80_000, toMs: 100_000, faults: BAD_ANSWERS },
    ],
  },
}
