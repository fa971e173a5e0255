import {
  boolean,
  number,
  oneOf,
  rule,
  type Slot,
  type Snapshot,
  type SnapshotFormat,
} from '@holdfast/core'

import type { Circuit } from './circuit.ts'

/** All that a circuit knows, as plain data; times are milliseconds on the clock of whoever asks. */
export interface CircuitMemory {
  readonly state: 'closed' | 'open'
  readonly until: number
  readonly openings: number
  readonly banned: boolean
  readonly streak: number
  readonly buckets: readonly Readonly<Slot<'calls' | 'failures' | 'slow'>>[]
}

/** What a breaker knows, as JSON: times are milliseconds since 1970, because another process counts from elsewhere (T49). */
export type CircuitBreakerSnapshot = Snapshot<'circuits', CircuitMemory>

/** What a circuit knows, without the probes that are out: they belong to this process. */
export const memoryOf = (circuit: Circuit, now: number): CircuitMemory => {
  const { openings, banned, tally } = circuit
  const state = circuit.state === 'closed' ? 'closed' : 'open'
  const until = state === 'closed' ? now : Math.max(now, circuit.until)
  const buckets = tally.window.slots(now)
  return { state, until, openings, banned, streak: tally.streak, buckets }
}

/** Has a circuit take over what another one knew; calls that are out with a ticket of before move nothing any more. */
export const recall = (circuit: Circuit, memory: CircuitMemory): void => {
  const { state, until, openings, banned, streak, buckets } = memory
  circuit.turn(false)
  Object.assign(circuit, { state, until, openings, banned })
  circuit.tally.streak = streak
  for (const { at, calls, failures, slow } of buckets) {
    const slot = circuit.tally.window.at(at)
    slot.calls += calls
    slot.failures += failures
    slot.slow += slow
  }
}

const COUNTS = ['at', 'calls', 'failures', 'slow'] as const

const areBuckets = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((bucket: Partial<CircuitMemory['buckets'][number]> | null) =>
    COUNTS.every((name) => Number.isFinite(bucket?.[name])),
  )

/** A function, because bundlers keep what is called at the top of a file, used or not. */
export const format = (): SnapshotFormat<'circuits', CircuitMemory> => ({
  owner: 'circuitBreaker',
  name: 'circuits',
  rules: {
    state: oneOf('closed', 'open'),
    until: number(-Infinity),
    openings: number(0),
    banned: boolean,
    streak: number(0),
    buckets: rule(`a list of ${COUNTS.join(', ')}`, areBuckets),
  },
  moved: (memory, byMs) => ({
    ...memory,
    until: memory.until + byMs,
    buckets: memory.buckets.map((bucket) => ({ ...bucket, at: bucket.at + byMs })),
  }),
})
