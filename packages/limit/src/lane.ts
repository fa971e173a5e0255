import type { Clock, Health } from '@holdfast/core'

import { Allowance, type Ceilings, type Ticket } from './allowance.ts'
import { DeadlineQueue } from './queue.ts'
import type { Waiter } from './wait.ts'
import { Window } from './window.ts'

const MEAN_WEIGHT = 0.1
/** One limits value serves few pipelines, and few targets share a key. */
const MAX_BOARDS = 32

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
  #boards: { readonly health: Health; readonly id: string }[] = []
  #published = Infinity
  #serving = false
  #cancelTimer: (() => void) | undefined

  constructor(key: string, ceilings: Ceilings, now: number) {
    this.key = key
    this.allowance = new Allowance(ceilings, now)
    this.#maxConcurrent = ceilings.maxConcurrent ?? Infinity
  }

  /** May it be forgotten? */
  get idle(): boolean {
    return this.inFlight === 0 && this.waiting.size === 0 && !this.allowance.learned
  }
  /** No limit is in force: nobody need be told of anything. */
  get plain(): boolean {
    return this.#published === Infinity && this.#free === Infinity && !this.allowance.limited
  }
  get #free(): number {
    return Math.min(this.#maxConcurrent, this.window.size) - this.inFlight
  }

  /** How long until a request may leave; `Infinity` while all slots are taken: the end of one will tell. */
  waitMs(cost: number, now: number): number {
    return this.#free < 1 ? Infinity : this.allowance.waitMs(cost, now)
  }

  take(cost: number, now: number): Ticket {
    this.inFlight++
    if (cost > 0) this.#meanCost += MEAN_WEIGHT * (cost - this.#meanCost)
    return this.allowance.take(cost, now)
  }

  /** Frees the slot, once (T59). */
  end(ticket: Ticket): void {
    if (ticket.ended) return
    ticket.ended = true
    this.inFlight--
  }

  /** From now on this house can read how much the key can take. */
  publishTo(health: Health, id: string): void {
    for (const board of this.#boards) if (board.health === health && board.id === id) return
    this.#boards.push({ health, id })
    if (this.#boards.length > MAX_BOARDS) this.#boards.shift()
    health.of(id).capacity = this.#published
  }

  /** Something may have become possible, or impossible: serves who waits, tells the house, and looks again in time. */
  changed(clock: Clock): void {
    // A turn that is given comes here again when it takes its place: the loop goes on by itself, and the stack stays flat.
    if (this.#serving) return
    this.#serving = true
    const now = clock.now()
    for (let first = this.waiting.first(); first !== undefined; first = this.waiting.first()) {
      if (this.waitMs(first.cost, now) > 0) break
      this.waiting.shift()
      first.go(this.take(first.cost, now))
    }
    this.#serving = false
    this.#publish(now)
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#published > 0) return
    const first = this.waiting.first()
    const waitMs = this.waitMs(first?.cost ?? this.#meanCost, now)
    // Whole milliseconds, for `setTimeout` drops fractions; an early timer (T25) comes here again and waits the rest.
    // While nobody waits here it is only to tell others: a key that is paused must not keep a process alive (T56).
    if (waitMs < Infinity)
      this.#cancelTimer = clock.after(
        Math.max(1, Math.ceil(waitMs)),
        () => this.changed(clock),
        first === undefined,
      )
  }

  /** Who waits here goes first: to all others there is no room until nobody does. */
  #publish(now: number): void {
    const before = this.#published
    const waitMs = this.waiting.size > 0 ? Infinity : this.waitMs(this.#meanCost, now)
    const level = Math.floor(this.allowance.requests.level(now) + 1e-9)
    this.#published = waitMs > 0 ? 0 : Math.min(this.#free, level)
    if (this.#published === before && before > 0) return
    for (const { health, id } of this.#boards) {
      const entry = health.of(id)
      entry.capacity = this.#published
      entry.capacityAt = now + waitMs
      if (before === 0) health.changed()
    }
  }
}
