import {
  ConfigurationError,
  readSnapshot,
  takeSnapshot,
  type Clock,
  type Level,
  type Universal,
} from '@holdfast/core'

import type { CircuitState } from './circuit.ts'
import type { Isolation } from './isolation.ts'
import { allOf, type Circuits } from './keyed-circuit.ts'
import { format, memoryOf, recall, type CircuitBreakerSnapshot } from './snapshot.ts'

/** From good to bad: `state()` of several circuits is the last of these that applies. */
const BY_SEVERITY = ['closed', 'half-open', 'open'] as const

/** A circuit breaker: a policy that carries its state, so that sharing the value shares the state. */
export type CircuitBreaker = Universal<'circuitBreaker', Level<'breaker'>>

/** What one can ask of a breaker beside its work as a policy. */
export interface CircuitControls {
  /** The state of one circuit, or the worst of all. A key that was never seen is closed. */
  state(key?: string): CircuitState | 'isolated'
  /** Rejects all calls of one key, or of all, until the returned function is called: then it is as if never isolated. */
  isolate(key?: string): () => void
  /** What it knows, as JSON that another process can `restore`. @default clock: the one of the latest call */
  snapshot(clock?: Clock): CircuitBreakerSnapshot
  /** Takes over a snapshot, key by key. @throws ConfigurationError when it is none */
  restore(snapshot: CircuitBreakerSnapshot, clock?: Clock): void
}

/** What the controls work on; it hangs on the policy, invisible to its type. */
export interface Parts {
  readonly circuits: Circuits
  readonly isolation: Isolation
  /** The clock of the latest call. */
  clock(): Clock
}

const PARTS: unique symbol = Symbol.for('holdfast.circuits') as never

/** Hangs the parts on a breaker. Members in its type would cost every pipeline the type of its answers. */
export const withParts = (policy: CircuitBreaker, parts: Parts): CircuitBreaker =>
  Object.defineProperty(policy, PARTS, { value: parts })

/**
 * Asks or moves a breaker by hand: `circuitsOf(breaker).isolate('openai/gpt-5')`.
 *
 * @throws ConfigurationError when it is not a `circuitBreaker()` itself, such as one that is made by `keyed`
 */
export const circuitsOf = (breaker: CircuitBreaker): CircuitControls => {
  const parts = (breaker as { [PARTS]?: Parts })[PARTS]
  if (parts === undefined)
    throw new ConfigurationError('circuitsOf: it must be given what circuitBreaker() returned')
  const { circuits, isolation } = parts
  const stateOf = (key: string): CircuitState | 'isolated' =>
    isolation.covers(key) ? 'isolated' : (circuits.find(key)?.state ?? 'closed')

  return {
    state(key) {
      if (key !== undefined) return stateOf(key)
      if (isolation.any) return 'isolated'
      const states = new Set(allOf(circuits).map(({ state }) => state))
      return BY_SEVERITY.findLast((state) => states.has(state)) ?? 'closed'
    },
    isolate(key) {
      const lift = isolation.add(key)
      return () => {
        lift()
        for (const circuit of allOf(circuits))
          if (!isolation.covers(circuit.key)) circuit.tellAgain()
      }
    },
    snapshot(clock = parts.clock()) {
      const now = clock.now()
      const memories = circuits.entries().map(([key, one]) => [key, memoryOf(one, now)] as const)
      return takeSnapshot(format(), memories, clock)
    },
    restore(snapshot, clock = parts.clock()) {
      for (const [key, memory] of readSnapshot(format(), snapshot, clock)) {
        const circuit = circuits.of(key)
        recall(circuit, memory)
        circuit.tellAgain()
      }
    },
  }
}
