import { boolean, number, oneOf, rule, type Snapshot, type SnapshotFormat } from '@holdfast/core'

import type { CircuitMemory } from './rules.ts'

/** What a breaker knows, as JSON: times are milliseconds since 1970, because another process counts from elsewhere (T49). */
export type CircuitBreakerSnapshot = Snapshot<'circuits', CircuitMemory>

const COUNTS = ['at', 'calls', 'failures', 'slow'] as const

const areBuckets = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((bucket: Partial<CircuitMemory['buckets'][number]> | null) =>
    COUNTS.every((name) => Number.isFinite(bucket?.[name])),
  )

export const SNAPSHOT: SnapshotFormat<'circuits', CircuitMemory> = {
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
}
