import { Boards, type Clock, type Health } from '@holdfast/core'

import { Allowance, type Booking, type Ceilings } from './allowance.ts'
import { DeadlineQueue } from './queue.ts'
import type { Waiter } from './wait.ts'
import { Window } from './window.ts'

const MEAN_WEIGHT = 0.1

/** One request that is out: its slot is its own until its work ends. */
export interface Ticket extends Booking {
  ended: boolean
}

/** One key: what it may be sent, what is out, who waits for it, and who is told. It knows no clock of its own. */
export class Lane {
  readonly key: string
  readonly allowance: Allowance
  readonly window: Window = new Window()
  readonly waiting: DeadlineQueue<Waiter<Ticket>> = new DeadlineQueue()
  inFlight = 0
  readonly #maxConcurrent: number
  /** What a request usually costs, in tokens. */
  #meanCost = 0
  /** The houses that are told how much the key can take. The others find out when they get there. */
  readonly #boards: Boards = new Boards((entry) => {
    entry.capacity = entry.capacityAt = Infinity
  })
  #published = Infinity
  #serving = false
  #cancelTimer: (() => void) | undefined

  constructor(key: string, ceilings: Ceilings, now: number) {
    this.key = key
    this.allowance = new Allowance(ceilings, now)
    this.#maxConcurrent = ceilings.maxConcurrent ?? Infinity
  }

  /** May it be forgotten? What was learned of it is learned again; a pause that is still on would be broken. */
  isIdle(now: number): boolean {
    return this.inFlight === 0 && this.waiting.size === 0 && this.allowance.waitMs(1, now) === 0
  }
  /** Are there only so many at once? */
  get hasSlots(): boolean {
    return this.#slots < Infinity
  }
  /** No limit is in force: nobody need be told of anything. */
  get plain(): boolean {
    return this.#published === Infinity && !this.hasSlots && !this.allowance.limited
  }
  get #slots(): number {
    return Math.min(this.#maxConcurrent, this.window.size)
  }
  get #free(): number {
    return this.#slots - this.inFlight
  }

  /**
   * How long until a request may leave; `Infinity` while all slots are taken: the end of one will tell.
   *
   * @param isInside it runs within one that has a slot, and needs none of its own
   */
  waitMs(cost: number, now: number, isInside = false): number {
    return this.#free < 1 && !isInside ? Infinity : this.allowance.waitMs(cost, now)
  }

  take(cost: number, now: number): Ticket {
    this.inFlight++
    if (cost > 0) this.#meanCost += MEAN_WEIGHT * (cost - this.#meanCost)
    const { allowance } = this
    allowance.take(cost, now)
    const { requests, tokens } = allowance
    return { at: now, cost, requests: requests.taken, tokens: tokens.taken, ended: false }
  }

  /** Frees the slot, once (T59). */
  end(ticket: Ticket): void {
    if (ticket.ended) return
    ticket.ended = true
    this.inFlight--
  }

  /** From now on this house can read how much the key can take. */
  publishTo(health: Health, id: string): void {
    if (this.#boards.add(health, id)) health.of(id).capacity = this.#published
  }

  /** Something may have become possible, or impossible: serves who waits, tells the house, and looks again in time. */
  changed(clock: Clock): void {
    // A turn that is given comes here again when it takes its place: the loop goes on by itself, and the stack stays flat.
    if (this.#serving) return
    this.#serving = true
    const now = clock.now()
    for (let first = this.waiting.first(); first !== undefined; first = this.waiting.first()) {
      if (this.#nextWaitMs(now) > 0) break
      this.waiting.shift()
      first.go(this.take(first.cost(), now))
    }
    this.#serving = false
    this.#publish(now)
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#published > 0) return
    const waitMs = this.#nextWaitMs(now)
    // Whole milliseconds, for `setTimeout` drops fractions; an early timer (T25) comes here again and waits the rest.
    // While nobody waits here it is only to tell others: a key that is paused must not keep a process alive (T56).
    if (waitMs < Infinity)
      this.#cancelTimer = clock.after(
        Math.max(1, Math.ceil(waitMs)),
        () => this.changed(clock),
        this.waiting.size === 0,
      )
  }

  /** Of the first who waits; of whoever may come, where nobody does. */
  #nextWaitMs(now: number): number {
    const first = this.waiting.first()
    return this.waitMs(first?.cost() ?? this.#meanCost, now, first?.isInside)
  }

  /** Who waits here goes first: to all others there is no room until nobody does. */
  #publish(now: number): void {
    const before = this.#published
    const waitMs = this.waiting.size > 0 ? Infinity : this.waitMs(this.#meanCost, now)
    const level = Math.floor(this.allowance.requests.level(now) + 1e-9)
    this.#published = waitMs > 0 ? 0 : Math.min(this.#free, level)
    if (this.#published === before && before > 0) return
    this.#boards.tell((entry) => {
      entry.capacity = this.#published
      entry.capacityAt = now + waitMs
    }, before === 0)
  }
}
