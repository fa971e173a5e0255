import { ConfigurationError, quote, type Clock } from '@holdfast/core'

import type { KeyedCircuit } from './keyed-circuit.ts'
import type { CircuitMemory } from './rules.ts'

/** What a breaker knows, as JSON: times are milliseconds since 1970, because another process counts from elsewhere (T49). */
export interface CircuitBreakerSnapshot {
  readonly version: 1
  readonly circuits: Readonly<Record<string, CircuitMemory>>
}

/** A deep copy of what the circuits know. */
export const snapshotOf = (
  circuits: readonly KeyedCircuit[],
  clock: Clock,
): CircuitBreakerSnapshot => {
  const now = clock.now()
  const toWall = clock.wall() - now
  const memories = circuits.map((circuit) => [circuit.key, shifted(circuit.memory(now), toWall)])
  return { version: 1, circuits: Object.fromEntries(memories) as Record<string, CircuitMemory> }
}

/**
 * The memories of a snapshot in this process's monotonic time.
 *
 * @throws ConfigurationError when it is not a snapshot of version 1
 */
export const memoriesOf = (
  snapshot: CircuitBreakerSnapshot,
  clock: Clock,
): [key: string, memory: CircuitMemory][] => {
  if (!isRecord(snapshot) || snapshot.version !== 1 || !isRecord(snapshot.circuits))
    throw new ConfigurationError(
      `circuitBreaker: restore needs a snapshot of version 1, got ${quote(snapshot)}`,
    )
  const toMonotonic = clock.now() - clock.wall()
  return Object.entries(snapshot.circuits).map(([key, memory]) => {
    if (!isMemory(memory))
      throw new ConfigurationError(`circuitBreaker: the snapshot of '${key}' cannot be read`)
    return [key, shifted(memory, toMonotonic)]
  })
}

const shifted = (memory: CircuitMemory, by: number): CircuitMemory => ({
  ...memory,
  until: memory.until + by,
  buckets: memory.buckets.map((bucket) => ({ ...bucket, at: bucket.at + by })),
})

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const areNumbers = (...values: readonly unknown[]): boolean => values.every(Number.isFinite)

const isBucket = (value: unknown): boolean =>
  isRecord(value) && areNumbers(value['at'], value['calls'], value['failures'], value['slow'])

const isMemory = (value: unknown): value is CircuitMemory =>
  isRecord(value) &&
  (value['state'] === 'closed' || value['state'] === 'open') &&
  typeof value['banned'] === 'boolean' &&
  areNumbers(value['until'], value['openings'], value['streak']) &&
  Array.isArray(value['buckets']) &&
  value['buckets'].every(isBucket)
