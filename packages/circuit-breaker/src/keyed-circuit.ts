import { PerKey } from '@holdfast/core'

import { Circuit } from './circuit.ts'
import type { Waiting } from './evacuation.ts'
import type { CircuitRules } from './rules.ts'

/** A circuit and the calls that it has out. */
export class KeyedCircuit extends Circuit {
  readonly key: string
  inFlight = 0
  /** Those of its calls that can still go elsewhere; empty unless the breaker evacuates. */
  readonly waiting: Set<Waiting> = new Set()
  /** When a call was last let through although the break was not over. */
  probedAt: number = -Infinity

  constructor(key: string, rules: CircuitRules) {
    super(rules)
    this.key = key
  }

  /** True when forgetting it loses nothing. */
  isIdle(now: number): boolean {
    return this.inFlight === 0 && this.isHealthy(now)
  }
}

/** One circuit per key. */
export type Circuits = PerKey<KeyedCircuit>

/** None that is failing or in use is forgotten for a new one; the clock is read only when there is no room. */
export const circuitsFor = (rules: CircuitRules, maxKeys: number, now: () => number): Circuits =>
  new PerKey(
    maxKeys,
    (key) => new KeyedCircuit(key, rules),
    (circuit) => circuit.isIdle(now()),
  )

export const allOf = (circuits: Circuits): KeyedCircuit[] =>
  circuits.entries().map(([, circuit]) => circuit)
