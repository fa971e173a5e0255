import type { Context, Target } from '@holdfast/core'

/** Sessions remembered; the one not heard of for longest goes first. */
const MAX_SESSIONS = 10_000

interface Stay {
  readonly target: string
  readonly until: number
}

/** Which session is with which target: its prompt cache is there, and to leave is to pay for the prompt again. */
export class Sessions<Req> {
  readonly #keyOf: (ctx: Context<Req>) => string | undefined
  readonly #stayMs: number
  readonly #stays = new Map<string, Stay>()

  constructor(keyOf: (ctx: Context<Req>) => string | undefined, stayMs: number) {
    this.#keyOf = keyOf
    this.#stayMs = stayMs
  }

  /** The session's target first, if it is healthy; the others in their order. */
  order(
    ctx: Context<Req>,
    targets: readonly Target<Req, unknown>[],
  ): readonly Target<Req, unknown>[] {
    const key = this.#keyOf(ctx)
    const stay = key === undefined ? undefined : this.#stays.get(key)
    const now = ctx.clock.now()
    if (stay === undefined || stay.until <= now || !ctx.health.isReady(stay.target, now))
      return targets
    return targets.toSorted((a, b) => Number(b.id === stay.target) - Number(a.id === stay.target))
  }

  /** The session was served: it stays where that was. */
  served(ctx: Context<Req>): void {
    const key = this.#keyOf(ctx)
    const { attempts, latest } = ctx.call
    // The latest may have lost to one that was begun before it (hedged). A stream is pending still.
    const target = (attempts.findLast(({ outcome }) => outcome === 'succeeded') ?? latest)?.target
    if (key === undefined || target === undefined) return
    this.#stays.delete(key)
    this.#stays.set(key, { target, until: ctx.clock.now() + this.#stayMs })
    if (this.#stays.size > MAX_SESSIONS)
      for (const oldest of this.#stays.keys()) return void this.#stays.delete(oldest)
  }
}
