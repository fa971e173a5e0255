import { number, optional, ratio, rule, type Snapshot, type SnapshotFormat } from '@holdfast/core'

import type { LimitMemory } from './allowance.ts'

/** What limits know, as JSON: times are milliseconds since 1970, because another process counts from elsewhere (T49). */
export type LimitsSnapshot = Snapshot<'keys', LimitMemory>

/** A function, because bundlers keep what is called at the top of a file, used or not. */
export const format = (): SnapshotFormat<'keys', LimitMemory> => {
  const figure = optional(rule('a number above 0', (v) => Number.isFinite(v) && (v as number) > 0))
  return {
    owner: 'limits',
    name: 'keys',
    rules: {
      share: ratio,
      pausedUntil: number(-Infinity),
      requestsPerMs: figure,
      blindPerMs: figure,
      burst: figure,
      tokensPerMs: figure,
    },
    moved: (memory, byMs) => ({ ...memory, pausedUntil: memory.pausedUntil + byMs }),
  }
}
