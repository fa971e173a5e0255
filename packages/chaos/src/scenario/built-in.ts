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
