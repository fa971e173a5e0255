import { quote, type Context } from '@holdfast/core'

import { fail } from './options.ts'

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

  /**
   * The session of a call; undefined for one that has none.
   *
   * @throws ConfigurationError when `stickyBy` names something else than a text, such as a promise of one
   */
  of(ctx: Context<Req>): string | undefined {
    const key: unknown = this.#keyOf(ctx) ?? undefined
    if (key === undefined || typeof key === 'string') return key || undefined
    return fail(`stickyBy must return a text, got ${quote(key)}`)
  }

  /** The id of the target that a session is with. */
  targetOf(key: string, now: number): string | undefined {
    const stay = this.#stays.get(key)
    return stay !== undefined && now < stay.until ? stay.target : undefined
  }

  /** The session was served: it stays where that was. */
  served(key: string, target: string, now: number): void {
    this.#stays.delete(key)
    this.#stays.set(key, { target, until: now + this.#stayMs })
    if (this.#stays.size > MAX_SESSIONS)
      for (const oldest of this.#stays.keys()) return void this.#stays.delete(oldest)
  }
}
