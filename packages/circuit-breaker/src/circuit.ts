import type { CircuitMemory, CircuitRules, Complaint } from './rules.ts'
import { RollingWindow } from './window.ts'

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
  readonly #rules: CircuitRules
  readonly #window: RollingWindow
  /** Ticket and end of lease of each probe that is out; leases are equally long, so the oldest comes first. */
  readonly #probes = new Map<number, number>()
  /** Tickets of probes whose streams have begun, and go on into the spell that they closed. */
  readonly #begun = new Set<number>()
  #lastTicket = 1
  #generation = 1
  #recovered = 0
  #streak = 0

  constructor(rules: CircuitRules) {
    this.#rules = rules
    this.#window = new RollingWindow(rules.windowMs)
  }

  /** A ticket, or `REJECTED`. An open circuit whose break is over turns half-open here: no timer does it. */
  admit(now: number): number {
    if (this.state === 'closed') return this.#generation
    if (this.state === 'open') {
      if (now < this.until) return REJECTED
      this.state = 'half-open'
    }
    this.#endLeases(now)
    return this.#full ? REJECTED : this.probe(now)
  }

  /** The ticket of a probe. It may be sent before its time: the break stays what it is. */
  probe(now: number): number {
    const ticket = ++this.#lastTicket
    this.#probes.set(ticket, now + this.#rules.probeLeaseMs)
    return ticket
  }

  /** All that may be out are out: nobody else has to come just now. */
  get busy(): boolean {
    return this.state === 'half-open' && this.#full
  }

  /** When somebody who was rejected may come again, as far as is known. */
  backAt(now: number): number {
    if (this.state !== 'half-open') return this.until
    const [leaseEnd = now] = this.#probes.values()
    return Math.min(leaseEnd, now + PROBES_OUT_MS)
  }

  /**
   * The first content of a stream has come: that is what a probe is to find out, and who knows how long it goes on.
   * Its end is that of any call, and failing then is a failure. True when this closes the circuit.
   */
  begin(ticket: number): boolean {
    if (!this.#probes.delete(ticket)) return false
    this.#begun.add(ticket)
    return this.#recover()
  }

  /** A success never opens a circuit; enough of them close a half-open one: then it is true. */
  succeed(ticket: number, now: number): boolean {
    if (this.state !== 'closed') return this.#probes.delete(ticket) && this.#recover()
    if (this.#redeem(ticket)) {
      this.#streak = 0
      this.#window.add(now, 1, 0, 0)
    }
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
    if (this.state === 'closed' && !this.#isTooMuch(why, now)) return false
    const until = now + breakMs(this.openings + 1)
    // A probe that went before its time does not cut short what the provider has asked for.
    this.until = this.state === 'open' ? Math.max(this.until, until) : until
    this.#leave()
    this.#begun.clear()
    this.state = 'open'
    this.banned = why.fatal
    this.openings++
    return true
  }

  /** The call said nothing about the target: a probe's place is free again (T43, T44). */
  release(ticket: number): void {
    this.#redeem(ticket)
  }

  /** True when forgetting it loses nothing but successes, or a break that nobody has asked after for a whole window. */
  isForgettable(now: number): boolean {
    if (this.state !== 'closed') return now >= this.until + this.#rules.windowMs
    this.#window.forget(now)
    return this.#window.failures === 0 && this.#window.slow === 0
  }

  /** What it knows, without the probes that are out: they belong to this process. */
  memory(now: number): CircuitMemory {
    this.#window.forget(now)
    const { openings, banned } = this
    const [state, until] =
      this.state === 'closed'
        ? (['closed', now] as const)
        : (['open', Math.max(now, this.until)] as const)
    return { state, until, openings, banned, streak: this.#streak, buckets: this.#window.buckets() }
  }

  /** Takes over what another circuit knew; calls that are out with a ticket of before move nothing any more. */
  recall(memory: CircuitMemory): void {
    this.#leave()
    this.#begun.clear()
    this.state = memory.state
    this.until = memory.until
    this.openings = memory.openings
    this.banned = memory.banned
    this.#streak = memory.streak
    for (const { at, calls, failures, slow } of memory.buckets)
      this.#window.add(at, calls, failures, slow)
  }

  #isTooMuch({ failed, slow, fatal }: Complaint, now: number): boolean {
    const { consecutiveFailures, failureRatio, minimumCalls, slowCallRatio } = this.#rules
    const window = this.#window
    window.forget(now)
    // A streak is over when nothing at all happened for a whole window.
    if (window.calls === 0) this.#streak = 0
    window.add(now, 1, failed ? 1 : 0, slow ? 1 : 0)
    this.#streak = failed ? this.#streak + 1 : 0
    if (fatal) return true
    const enough = window.calls >= minimumCalls
    // Divided and not multiplied: seven of a hundred are 0.07, and 0.07 * 100 is more than seven.
    if (slow && enough && window.slow / window.calls >= slowCallRatio) return true
    if (!failed) return false
    if (consecutiveFailures !== undefined && this.#streak >= consecutiveFailures) return true
    return enough && window.failures / window.calls >= failureRatio
  }

  /** True when the ticket still counts; a probe's is used up by it. */
  #redeem(ticket: number): boolean {
    if (this.state === 'closed' && ticket === this.#generation) return true
    return this.#probes.delete(ticket) || this.#begun.delete(ticket)
  }

  get #full(): boolean {
    return this.#probes.size + this.#recovered >= this.#rules.halfOpenProbes
  }

  /** Whose lease is over makes room, if room is wanting: until somebody takes its place, it still counts. */
  #endLeases(now: number): void {
    for (const [ticket, leaseEnd] of this.#probes) {
      if (leaseEnd > now || !this.#full) return
      this.#probes.delete(ticket)
    }
  }

  /** One probe more came back well: true when it was the last. */
  #recover(): boolean {
    if (++this.#recovered < this.#rules.halfOpenProbes) return false
    this.#leave()
    this.state = 'closed'
    this.openings = 0
    this.banned = false
    return true
  }

  /** A new spell: nothing that was counted or admitted before has a say in it. */
  #leave(): void {
    this.#generation = ++this.#lastTicket
    this.#probes.clear()
    this.#recovered = 0
    this.#streak = 0
    this.#window.clear()
  }
}
