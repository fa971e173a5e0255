import { Bucket } from './bucket.ts'
import { MINUTE_MS, type LimitNote, type LimitNotes } from './headers.ts'
import { Requests, type RequestsMemory } from './requests.ts'

/** What is configured for one key; the provider's own figures can only make it less. */
export interface Ceilings {
  readonly requestsPerMinute?: number | undefined
  readonly tokensPerMinute?: number | undefined
  readonly maxConcurrent?: number | undefined
}

/** What is remembered of a request that left: when, the tokens reserved for it, and what had been taken, itself included. */
export interface Booking {
  readonly at: number
  readonly cost: number
  /** The provider's figures are as of then. */
  readonly requests: number
  readonly tokens: number
}

/** What was learned of one key, as plain data; times are milliseconds on the clock of whoever asks. */
export interface LimitMemory extends Readonly<RequestsMemory> {
  readonly tokensPerMs?: number | undefined
  readonly pausedUntil: number
}

/** How long all stay away after a rejection that named no time. */
const PAUSE_MS = 1_000
/** However long a provider says: Azure has been seen to say a day. Then it is asked again, by one. */
const LONGEST_PAUSE_MS = 300_000
/** Processes that were told the same time come back spread over this share of it, behind it. */
const PAUSE_SPREAD = 0.1

/** How many requests and tokens one key may be sent: a mirror of the provider's own books, as far as it shows them. */
export class Allowance {
  readonly requests: Requests
  readonly tokens: Bucket = new Bucket()
  readonly #mostTokens: number
  readonly #known: { -readonly [K in keyof LimitMemory]: LimitMemory[K] } = {
    share: 1,
    pausedUntil: 0,
  }
  /** The provider tells how many tokens are left. */
  #counted = false

  constructor({ requestsPerMinute = Infinity, tokensPerMinute = Infinity }: Ceilings, now: number) {
    this.requests = new Requests(requestsPerMinute, this.#known)
    this.#mostTokens = tokensPerMinute
    this.#update(now)
  }

  get limited(): boolean {
    return this.requests.limited || this.tokens.limited
  }

  waitMs(cost: number, now: number): number {
    const { requests, tokens } = this
    const { pausedUntil } = this.#known
    return Math.max(pausedUntil - now, requests.waitMs(1, now), tokens.waitMs(cost, now), 0)
  }

  take(cost: number, now: number): void {
    this.requests.take(1, now)
    this.tokens.take(cost, now)
  }

  /** An answer began, whose headers said this; `shown` tells whether it had any headers. */
  answered(
    ticket: Booking,
    notes: LimitNotes | undefined,
    shown: boolean,
    now: number,
    dice: number,
  ): void {
    this.requests.answered(notes, shown, ticket, now, dice)
    this.#learnTokens(notes?.tokens, now, ticket)
  }

  /**
   * Refused for the rate: everybody stays away for a while.
   *
   * @param hintMs what the provider asked for
   * @returns for how long, in ms
   */
  rejected(
    ticket: Booking,
    notes: LimitNotes = {},
    hintMs: number = PAUSE_MS,
    now: number,
    dice: number,
  ): number {
    this.requests.rejected(notes, ticket, now)
    this.#learnTokens(notes.tokens, now, ticket)
    // What was refused has used none.
    this.used(ticket, 0)
    const pauseMs = Math.min(hintMs, LONGEST_PAUSE_MS) * (1 + PAUSE_SPREAD * dice)
    this.#known.pausedUntil = Math.max(this.#known.pausedUntil, now + pauseMs)
    return pauseMs
  }

  /** Takes in what a provider says. */
  learn({ requests, tokens }: LimitNotes, now: number, ticket?: Booking): void {
    this.requests.learn(requests, now, ticket)
    this.#learnTokens(tokens, now, ticket)
  }

  #learnTokens(note: LimitNote | undefined, now: number, ticket?: Booking): void {
    if (note === undefined) return
    const { limit, remaining, windowMs = MINUTE_MS } = note
    const { capacity } = this.tokens
    if (limit !== undefined) this.#known.tokensPerMs = limit / windowMs
    this.#update(now)
    if (remaining === undefined) return
    this.#counted = true
    const raise = this.#isCounted || this.tokens.capacity !== capacity
    this.tokens.report(remaining, now, raise, ticket?.at, ticket?.tokens)
  }

  /**
   * So many tokens were used, of those that were reserved. Where the provider counts them for us, it says itself what
   * it gives back: OpenAI nothing, whatever was left of `max_tokens`.
   */
  used({ cost }: Booking, tokens: number): void {
    if (!this.#isCounted) this.tokens.give(cost - tokens)
  }

  /** Does the provider count the tokens that are left, of a limit that is not above ours? */
  get #isCounted(): boolean {
    return this.#counted && (this.#known.tokensPerMs ?? Infinity) * MINUTE_MS <= this.#mostTokens
  }

  memory(): LimitMemory {
    return { ...this.#known }
  }

  recall(memory: LimitMemory, now: number): void {
    // The clocks of two processes may be far apart.
    const pausedUntil = Math.min(memory.pausedUntil, now + LONGEST_PAUSE_MS)
    Object.assign(this.#known, memory, { pausedUntil })
    this.#update(now)
  }

  /** Sets the buckets to what is known by now. */
  #update(now: number): void {
    this.requests.update(now)
    const { tokensPerMs = Infinity } = this.#known
    const perMs = Math.min(this.#mostTokens / MINUTE_MS, tokensPerMs)
    this.tokens.limit(perMs, perMs * MINUTE_MS, now)
  }
}
