import { Probes } from './probes.ts'
import type { CircuitRules, Complaint } from './rules.ts'
import { Tally } from './tally.ts'

/** `closed` lets calls through, `open` rejects them, `half-open` lets some through to find out. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** The ticket of a call that was not admitted; real ones count from 1. */
export const REJECTED = 0

/** How long a caller should stay away who came while all probes were out: their answer may come at any moment. */
export const PROBES_OUT_MS = 1_000

/**
 * One circuit as a state machine: no timer, no clock, no dice. A call is admitted with a ticket and comes back with
 * it. All calls of one closed spell share a ticket (its generation), each probe has its own; a ticket from an older
 * spell moves nothing (T41), and neither does that of a probe whose lease ran out and whose place was taken (T42).
 */
export class Circuit {
  state: CircuitState = 'closed'
  /** When an open circuit admits its first probe. */
  until = 0
  /** How often it opened since it was last closed. */
  openings = 0
  /** It was opened by a fault that time alone does not mend, such as a revoked key. */
  banned = false
  readonly #windowMs: number
  readonly tally: Tally
  readonly #probes: Probes
  #lastTicket = 1
  #generation = 1

  constructor(rules: CircuitRules) {
    this.#windowMs = rules.windowMs
    this.tally = new Tally(rules)
    this.#probes = new Probes(rules)
  }

  /** A ticket, or `REJECTED`. An open circuit whose break is over turns half-open here: no timer does it. */
  admit(now: number): number {
    if (this.state === 'closed') return this.#generation
    if (this.state === 'open') {
      if (now < this.until) return REJECTED
      this.state = 'half-open'
    }
    this.#probes.makeRoom(now)
    return this.#probes.full ? REJECTED : this.probe(now)
  }

  /** The ticket of a probe. It may be sent before its time: the break stays what it is. */
  probe(now: number): number {
    this.#probes.send(++this.#lastTicket, now)
    return this.#lastTicket
  }

  /** All that may be out are out: nobody else has to come just now. */
  get busy(): boolean {
    return this.state === 'half-open' && this.#probes.full
  }

  /** When somebody who was rejected may come again, as far as is known. */
  backAt(now: number): number {
    if (this.state !== 'half-open') return this.until
    return Math.min(this.#probes.leaseEnd, now + PROBES_OUT_MS)
  }

  /**
   * The first content of a stream has come: that is what a probe is to find out, and who knows how long it goes on.
   * Its end is that of any call, and failing then is a failure. True when this closes the circuit.
   */
  begin(ticket: number): boolean {
    return this.#probes.well(ticket, true) && this.#close()
  }

  /** A success never opens a circuit; enough of them close a half-open one: then it is true. */
  succeed(ticket: number, now: number): boolean {
    if (this.state !== 'closed') return this.#probes.well(ticket, false) && this.#close()
    if (this.#redeem(ticket)) this.tally.praise(now)
    return false
  }

  /** Holds something against the target. True when it is one too many: then it is open for as long as `breakMs` says. */
  fail(
    ticket: number,
    why: Complaint,
    now: number,
    breakMs: (openings: number) => number,
  ): boolean {
    if (!this.#redeem(ticket)) return false
    if (this.state === 'closed' && !this.tally.complain(why, now)) return false
    const until = now + breakMs(++this.openings)
    // A probe that went before its time does not cut short what the provider has asked for.
    this.until = this.state === 'open' ? Math.max(this.until, until) : until
    this.state = 'open'
    this.banned = why.fatal
    this.turn(false)
    return true
  }

  /** The call said nothing about the target: a probe's place is free again (T43, T44). */
  release(ticket: number): void {
    this.#redeem(ticket)
  }

  /** True when forgetting it loses nothing but successes, or a break that nobody has asked after for a whole window. */
  isForgettable(now: number): boolean {
    return this.state === 'closed' ? this.tally.isClean(now) : now >= this.until + this.#windowMs
  }

  /** True when the ticket still counts; a probe's is used up by it. */
  #redeem(ticket: number): boolean {
    return (this.state === 'closed' && ticket === this.#generation) || this.#probes.redeem(ticket)
  }

  #close(): true {
    this.state = 'closed'
    this.openings = 0
    this.banned = false
    this.turn(true)
    return true
  }

  /** A new spell: nothing that was counted or admitted before has a say in it, but streams that go `on`. */
  turn(on: boolean): void {
    this.#generation = ++this.#lastTicket
    this.#probes.clear(on)
    this.tally.clear()
  }
}
