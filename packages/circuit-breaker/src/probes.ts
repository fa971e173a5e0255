import type { CircuitRules } from './rules.ts'

/** The probes of one break, by ticket. */
export class Probes {
  readonly #rules: Pick<CircuitRules, 'halfOpenProbes' | 'probeLeaseMs'>
  /** Those that are out, with the end of their lease; leases are equally long, so the oldest comes first. */
  readonly #out = new Map<number, number>()
  /** Those whose streams have begun, and go on into the spell that they closed. */
  readonly #begun = new Set<number>()
  #well = 0

  constructor(rules: CircuitRules) {
    this.#rules = rules
  }

  /** As many are out or came back well as it takes: nobody else has to go just now. */
  get full(): boolean {
    return this.#out.size + this.#well >= this.#rules.halfOpenProbes
  }

  /** When the first of the leases ends. */
  get leaseEnd(): number {
    const [leaseEnd = Infinity] = this.#out.values()
    return leaseEnd
  }

  send(ticket: number, now: number): void {
    this.#out.set(ticket, now + this.#rules.probeLeaseMs)
  }

  /** Whose lease is over makes room, if room is wanting: until somebody takes its place, it still counts (T42). */
  makeRoom(now: number): void {
    for (const [ticket, leaseEnd] of this.#out) {
      if (leaseEnd > now || !this.full) return
      this.#out.delete(ticket)
    }
  }

  /** One is back, or its stream has begun and goes `on`. True when that is all that is to be found out. */
  well(ticket: number, on: boolean): boolean {
    if (!this.#out.delete(ticket)) return false
    if (on) this.#begun.add(ticket)
    return ++this.#well >= this.#rules.halfOpenProbes
  }

  /** True when the ticket counts; it is used up by it. */
  redeem(ticket: number): boolean {
    return this.#out.delete(ticket) || this.#begun.delete(ticket)
  }

  /** The spell is over. Streams that go `on` keep their tickets. */
  clear(on: boolean): void {
    this.#out.clear()
    this.#well = 0
    if (!on) this.#begun.clear()
  }
}
