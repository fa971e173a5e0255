import { Circuit } from './circuit.ts'
import type { Waiting } from './evacuation.ts'
import type { CircuitRules } from './rules.ts'

/** How many of the oldest circuits are looked at to make room for a new one: the cost is bounded, too. */
const CANDIDATES = 8

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
}

/**
 * One circuit per key, bounded. Only a circuit that is closed, without failures and without calls in flight is
 * forgotten for a new one: a flood of new keys cannot wipe out what is known of a failing one (T55). When there is
 * no room at all, a new key gets a circuit for one call, which is no protection, but no harm either.
 */
export class Circuits {
  readonly #rules: CircuitRules
  readonly #maxKeys: number
  readonly #circuits = new Map<string, KeyedCircuit>()

  constructor(rules: CircuitRules, maxKeys: number) {
    this.#rules = rules
    this.#maxKeys = maxKeys
  }

  /** The circuit of a key, made on first use; `now` is asked only when there is no room. */
  of(key: string, now: () => number): KeyedCircuit {
    const known = this.#circuits.get(key)
    if (known !== undefined) return known
    const circuit = new KeyedCircuit(key, this.#rules)
    if (this.#circuits.size < this.#maxKeys || this.#makeRoom(now()))
      this.#circuits.set(key, circuit)
    return circuit
  }

  /** The circuit of a key, if there is one: looking does not make it. */
  find(key: string): KeyedCircuit | undefined {
    return this.#circuits.get(key)
  }

  all(): KeyedCircuit[] {
    return [...this.#circuits.values()]
  }

  /** True when forgetting all of them loses nothing. */
  isIdle(now: number): boolean {
    return this.all().every((circuit) => isIdle(circuit, now))
  }

  #makeRoom(now: number): boolean {
    let left = CANDIDATES
    for (const [key, circuit] of this.#circuits) {
      this.#circuits.delete(key)
      if (isIdle(circuit, now)) return true
      // To the end of the queue, so that the next search begins with others.
      this.#circuits.set(key, circuit)
      if (--left === 0) return false
    }
    return false
  }
}

const isIdle = (circuit: KeyedCircuit, now: number): boolean =>
  circuit.inFlight === 0 && circuit.isHealthy(now)
