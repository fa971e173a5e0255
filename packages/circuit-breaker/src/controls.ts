import type { Clock } from '@holdfast/core'

import type { CircuitState } from './circuit.ts'
import type { Circuits } from './circuits.ts'
import type { Isolation } from './isolation.ts'
import { memoriesOf, snapshotOf, type CircuitBreakerSnapshot } from './snapshot.ts'

/** From good to bad: `state()` of several circuits is the last of these that applies. */
const BY_SEVERITY = ['closed', 'half-open', 'open', 'isolated'] as const

/** What one can ask of a breaker beside its work as a policy. */
export interface CircuitBreakerControls {
  /** The state of one circuit, or the worst of all. A key that was never seen is closed. */
  state(key?: string): CircuitState | 'isolated'
  /** Rejects all calls of one key, or of all, until the returned function is called: then it is as if never isolated. */
  isolate(key?: string): () => void
  /** What it knows, as JSON that another process can `restore`. @default clock: the one of the latest call */
  snapshot(clock?: Clock): CircuitBreakerSnapshot
  /** Takes over a snapshot, key by key. @throws ConfigurationError when it is none */
  restore(snapshot: CircuitBreakerSnapshot, clock?: Clock): void
}

/** The controls over these circuits; `latestClock` is what the breaker runs on. */
export const controls = (
  circuits: Circuits,
  isolation: Isolation,
  latestClock: () => Clock,
): CircuitBreakerControls => {
  const stateOf = (key: string): CircuitState | 'isolated' =>
    isolation.covers(key) ? 'isolated' : (circuits.find(key)?.state ?? 'closed')

  return {
    state(key) {
      if (key !== undefined) return stateOf(key)
      if (isolation.coversAll) return 'isolated'
      const states = new Set(circuits.all().map((circuit) => stateOf(circuit.key)))
      return BY_SEVERITY.findLast((state) => states.has(state)) ?? 'closed'
    },
    isolate: (key) => isolation.add(key),
    snapshot: (clock = latestClock()) => snapshotOf(circuits.all(), clock),
    restore(snapshot, clock = latestClock()) {
      for (const [key, memory] of memoriesOf(snapshot, clock))
        circuits.of(key, () => clock.now()).recall(memory)
    },
  }
}
