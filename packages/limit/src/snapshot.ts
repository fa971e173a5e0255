import {
  ConfigurationError,
  optional,
  quote,
  ratio,
  rule,
  type Clock,
  type Rule,
} from '@holdfast/core'

import type { LimitMemory } from './allowance.ts'
import type { Lane } from './lane.ts'

/** What limits know, as JSON: times are milliseconds since 1970, because another process counts from elsewhere. */
export interface LimitsSnapshot {
  readonly version: 1
  readonly keys: Readonly<Record<string, LimitMemory>>
}

/** A deep copy of what the lanes know. */
export const snapshotOf = (lanes: readonly Lane[], clock: Clock): LimitsSnapshot => {
  const toWall = clock.wall() - clock.now()
  const memories = lanes.map((lane) => [lane.key, shifted(lane.allowance.memory(), toWall)])
  return { version: 1, keys: Object.fromEntries(memories) as Record<string, LimitMemory> }
}

/**
 * The memories of a snapshot in this process's monotonic time.
 *
 * @throws ConfigurationError when it is not a snapshot of version 1
 */
export const memoriesOf = (
  snapshot: LimitsSnapshot,
  clock: Clock,
): [key: string, memory: LimitMemory][] => {
  if (!isRecord(snapshot) || snapshot.version !== 1 || !isRecord(snapshot.keys))
    throw new ConfigurationError(
      `limits: restore needs a snapshot of version 1, got ${quote(snapshot)}`,
    )
  const toMonotonic = clock.now() - clock.wall()
  return Object.entries(snapshot.keys).map(([key, memory]) => {
    if (!isMemory(memory))
      throw new ConfigurationError(`limits: the snapshot of '${key}' cannot be read`)
    return [key, shifted(memory, toMonotonic)]
  })
}

const shifted = (memory: LimitMemory, by: number): LimitMemory => ({
  ...memory,
  pausedUntil: memory.pausedUntil + by,
})

const FIGURE: Rule = optional(
  rule('a number above 0', (v) => Number.isFinite(v) && (v as number) > 0),
)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isMemory = (value: unknown): value is LimitMemory =>
  isRecord(value) &&
  ratio.test(value['share']) &&
  Number.isFinite(value['pausedUntil']) &&
  ['requestsPerMs', 'blindPerMs', 'burst', 'tokensPerMs'].every((name) => FIGURE.test(value[name]))
