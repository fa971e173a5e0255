import { AbortScope, type Context, type Health } from '@holdfast/core'

import { DeadlineQueue } from './queue.ts'
import type { Waiter } from './wait.ts'

/** With every target open, a call in this time goes to find out. */
const LAST_RESORT_MS = 1_000

/** The calls that wait for any of some targets. */
export class Line {
  readonly ids: readonly string[]
  readonly queue: DeadlineQueue<Waiter<void>> = new DeadlineQueue()
  /** Calls that were let in and have not taken a place yet: others must not be let in for the same place. */
  #underWay = 0
  /** The house has been asked to tell when a target is ready; aborted when nobody waits any more. */
  #asked: AbortScope | undefined
  /** When a call may be let in although no target is ready. */
  #resortAt = Infinity

  constructor(ids: readonly string[]) {
    this.ids = ids
  }

  /** May a call go on without a look at the queue? */
  isOpen(ctx: Context): boolean {
    return this.isEmpty && this.hasRoom(ctx)
  }

  /** Is any of the targets ready? No clock is read while all is well. */
  hasRoom({ health, clock }: Context): boolean {
    return this.#isReady(health, -Infinity) || this.#isReady(health, clock.now())
  }

  get isEmpty(): boolean {
    return this.queue.size === 0 && this.#underWay === 0
  }

  /** Lets in as many as there are places, less those that calls are under way to. */
  pump(ctx: Context): void {
    while (this.queue.first() !== undefined) {
      const now = ctx.clock.now()
      const room = this.#room(ctx.health, now) || this.#lastResort(ctx.health, now)
      if (room > this.#underWay) {
        this.#resortAt = Infinity
        this.queue.shift()!.go()
      }
      // Who arrives will look again.
      else if (this.#underWay > 0) return
      else return this.#ask(ctx)
    }
  }

  /** A call was let in; to be called back once, when it has taken a place, or has ended without one. */
  letIn(ctx: Context): () => void {
    let arrived = false
    this.#underWay++
    return () => {
      if (arrived) return
      arrived = true
      this.#underWay--
      this.pump(ctx)
    }
  }

  /** Somebody has left the queue without having had a turn. */
  left(): void {
    if (this.queue.size === 0) this.#asked?.abort(undefined)
  }

  /** One question for all, whoever is first: the house answers in the order of deadlines, other lines included. */
  #ask(ctx: Context): void {
    if (this.#asked !== undefined) return
    const { clock, health } = ctx
    this.#resortAt = clock.now() + LAST_RESORT_MS
    const scope = (this.#asked = new AbortScope())
    const again = (): void => {
      cancel()
      if (this.#asked !== scope) return
      this.#asked = undefined
      scope.abort(undefined)
      this.pump(ctx)
    }
    const cancel = clock.after(LAST_RESORT_MS, again, true)
    const { deadline } = this.queue.first()!
    health.whenReady(this.ids, { clock, scope, deadline }).then(again, again)
  }

  /**
   * With every target open, one call in a while goes to find out all the same: what a breaker does with it is its own
   * business, and a call that it turns away waits on. A ban is not asked about.
   */
  #lastResort(health: Health, now: number): number {
    if (this.#underWay > 0 || now < this.#resortAt) return 0
    if (!this.ids.some((id) => health.of(id).state === 'open')) return 0
    return 1
  }

  #isReady(health: Health, now: number): boolean {
    for (const id of this.ids) if (health.isReady(id, now)) return true
    return false
  }

  /** How many calls these targets can take: of one that is tried again, a single one will tell. */
  #room(health: Health, now: number): number {
    let room = 0
    for (const id of this.ids) {
      if (!health.isReady(id, now)) continue
      const { state, capacity } = health.of(id)
      const isWell = state === 'healthy' || state === 'degraded'
      room += isWell ? Math.max(1, capacity) : 1
    }
    return room
  }
}
