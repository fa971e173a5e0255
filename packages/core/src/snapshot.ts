import type { Clock } from './clock.ts'
import { ConfigurationError } from './errors.ts'
import { checkAll, quote } from './options.ts'
import { isRecord, type Rules } from './rules.ts'

/** What is known per key, as JSON: times are milliseconds since 1970, because another process counts from elsewhere (T49). */
export type Snapshot<N extends string, M> = { readonly version: 1 } & {
  readonly [K in N]: Readonly<Record<string, M>>
}

/** How one sort of snapshot looks. */
export interface SnapshotFormat<N extends string, M> {
  /** Whose it is, in errors. */
  readonly owner: string
  /** What the part with the keys is called. */
  readonly name: N
  /** What must be so in the memory of a key. */
  readonly rules: Rules<keyof M & string>
  /** A copy whose times are this much later, in milliseconds. */
  readonly moved: (memory: M, byMs: number) => M
}

/** Makes a snapshot of memories in this process's monotonic time. */
export const takeSnapshot = <N extends string, M>(
  { name, moved }: SnapshotFormat<N, M>,
  memories: readonly (readonly [key: string, memory: M])[],
  clock: Clock,
): Snapshot<N, M> => {
  const toWall = clock.wall() - clock.now()
  const keys = Object.fromEntries(memories.map(([key, memory]) => [key, moved(memory, toWall)]))
  return { version: 1, [name]: keys } as Snapshot<N, M>
}

/**
 * The memories of a snapshot, in this process's monotonic time.
 *
 * @throws ConfigurationError when it is not a snapshot of version 1, or one of its memories is damaged
 */
export const readSnapshot = <N extends string, M extends object>(
  { owner, name, rules, moved }: SnapshotFormat<N, M>,
  snapshot: unknown,
  clock: Clock,
): (readonly [key: string, memory: M])[] => {
  const keys = isRecord(snapshot) && snapshot['version'] === 1 && snapshot[name]
  if (!isRecord(keys))
    throw new ConfigurationError(
      `${owner}: restore needs a snapshot of version 1, got ${quote(snapshot)}`,
    )
  const toMonotonic = clock.now() - clock.wall()
  return Object.entries(keys).map(([key, memory]) => {
    checkAll(`${owner}: the snapshot of ${quote(key)}`, isRecord(memory) ? memory : {}, rules)
    return [key, moved(memory as M, toMonotonic)]
  })
}
