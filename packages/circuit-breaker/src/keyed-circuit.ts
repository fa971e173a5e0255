import { PerKey, type AbortScope } from '@holdfast/core'

import { Circuit } from './circuit.ts'
import { Column } from './column.ts'
import type { CircuitRules } from './rules.ts'

/** A circuit, the calls that it has out, and who knows of it. */
export class KeyedCircuit extends Circuit {
  readonly key: string
  readonly column: Column
  inFlight = 0
  /** The target that a call of it went to last. */
  target: string | undefined
  /** Those of its calls that can still go elsewhere; empty unless the breaker evacuates. */
  readonly waiting: Set<AbortScope> = new Set()
  /** When a call was last let through although the break was not over. */
  probedAt: number = -Infinity

  constructor(key: string, rules: CircuitRules, others: () => readonly KeyedCircuit[]) {
    super(rules)
    this.key = key
    // A key may be finer than a target: one tenant's revoked key must not keep the others away from it.
    this.column = new Column(
      (id) =>
        !others().some(
          (other) => other !== this && other.target === id && other.state === 'closed',
        ),
    )
  }

  /** True when forgetting it loses nothing. */
  isIdle(now: number): boolean {
    return this.inFlight === 0 && this.isForgettable(now)
  }

  /** Tells all who have heard of it what it is when nobody isolates it. */
  tellAgain(): void {
    if (this.state === 'closed') this.column.heal()
    else this.column.write(this.banned ? 'banned' : 'open', this.until)
  }
}

/** One circuit per key. */
export type Circuits = PerKey<KeyedCircuit>

export const allOf = (circuits: Circuits): KeyedCircuit[] =>
  circuits.entries().map(([, circuit]) => circuit)

/** None that is failing or in use is forgotten for a new one; the clock is read only when there is no room. */
export const circuitsFor = (rules: CircuitRules, maxKeys: number, now: () => number): Circuits => {
  const all = (): KeyedCircuit[] => allOf(circuits)
  const circuits: Circuits = new PerKey(
    maxKeys,
    (key) => new KeyedCircuit(key, rules, all),
    (circuit) => {
      const idle = circuit.isIdle(now())
      // Nobody else would ever take back what it told.
      if (idle) circuit.column.heal()
      return idle
    },
  )
  return circuits
}
