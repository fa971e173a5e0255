import { Bucket } from './bucket.ts'
import type { LimitNote, LimitNotes } from './headers.ts'
import { Rate, type RateMemory } from './rate.ts'
import { Recent } from './recent.ts'

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
export interface LimitMemory extends Readonly<RateMemory> {
  /** Most requests that may leave at once. */
  readonly burst?: number | undefined
  readonly tokensPerMs?: number | undefined
  readonly pausedUntil: number
}

const MINUTE_MS = 60_000
/** What may leave at once where nobody told how much may: half a second's worth. */
const BURST_MS = 500
/** How long all stay away after a rejection that named no time. */
const PAUSE_MS = 1_000
/** However long a provider says: Azure has been seen to say a day. Then it is asked again, by one. */
const LONGEST_PAUSE_MS = 300_000
/** Processes that were told the same time come back spread over this share of it, behind it. */
const PAUSE_SPREAD = 0.1

/** So many answers in a row without a word of a limit that was told before: it is gone. */
const SILENT = 10

/** How many requests and tokens one key may be sent: a mirror of the provider's own books, as far as it shows them. */
export class Allowance {
  readonly requests: Bucket = new Bucket()
  readonly tokens: Bucket = new Bucket()
  readonly #ceilings: Ceilings
  readonly #known: { -readonly [K in keyof LimitMemory]: LimitMemory[K] } = {
    share: 1,
    pausedUntil: 0,
  }
  readonly #rate = new Rate(this.#known)
  readonly #recent = new Recent()
  #toldByErrorsOnly = false
  /** Refused with requests to spare, the last time. */
  #misled = false
  /** The provider tells how many tokens are left. */
  #counted = false
  /** Answers in a row whose headers said nothing of limits. */
  #silent = 0

  constructor(ceilings: Ceilings, now: number) {
    this.#ceilings = ceilings
    this.#apply(now)
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
    this.#recent.count(1, now)
  }

  /** An answer began, whose headers said this; `shown` tells whether it had any headers. */
  answered(
    ticket: Booking,
    notes: LimitNotes | undefined,
    shown: boolean,
    now: number,
    dice: number,
  ): void {
    const rate = this.#rate
    if (notes !== undefined) {
      this.#toldByErrorsOnly = false
      this.#silent = 0
      if (this.learn(notes, now, ticket)) rate.shareAlike(this.#recent.rate(now))
    } else if (this.#toldByErrorsOnly) rate.guess()
    // One answer of another cut, from a cache or a proxy, lifts nothing.
    else if (shown && this.#known.requestsPerMs !== undefined && ++this.#silent >= SILENT)
      rate.lift()
    const left = (notes?.requests?.remaining ?? 0) / (this.#known.burst ?? Infinity)
    rate.succeeded(left, now, dice)
    this.#apply(now)
  }

  /**
   * Refused for the rate: everybody stays away for a while.
   *
   * @param hintMs what the provider asked for
   * @returns for how long, in ms
   */
  rejected(
    ticket: Booking,
    notes: LimitNotes | undefined,
    hintMs: number | undefined,
    now: number,
    dice: number,
  ): number {
    this.#recent.count(-1, now)
    const seen = this.#recent.rate(now)
    const { requests, tokens } = notes ?? {}
    const spared = (requests?.remaining ?? 0) > 0
    const forTokens = spared && (tokens?.remaining ?? Infinity) <= ticket.cost
    const news = notes !== undefined && this.learn(notes, now, ticket)
    this.#misled = spared && !forTokens && !news
    if (this.#misled) this.#distrust()
    this.#toldByErrorsOnly ||= news
    if (news) this.#rate.surprised(now, seen)
    else if (!forTokens) this.#rate.rejected(ticket.at, now, seen)
    this.#apply(now)
    // What was refused has used none.
    this.used(ticket, 0)
    const pauseMs = Math.min(hintMs ?? PAUSE_MS, LONGEST_PAUSE_MS) * (1 + PAUSE_SPREAD * dice)
    this.#known.pausedUntil = Math.max(this.#known.pausedUntil, now + pauseMs)
    return pauseMs
  }

  /** Takes in what a provider says; true when its limit of requests is a new one. */
  learn({ requests, tokens }: LimitNotes, now: number, ticket?: Booking): boolean {
    const news =
      !this.#misled && requests !== undefined && this.#learnRequests(requests, now, ticket)
    if (tokens?.limit !== undefined)
      this.#known.tokensPerMs = tokens.limit / (tokens.windowMs ?? MINUTE_MS)
    const { capacity } = this.tokens
    this.#apply(now)
    if (tokens?.remaining !== undefined) {
      this.#counted = true
      const raise = this.#isCounted || this.tokens.capacity !== capacity
      this.tokens.report(tokens.remaining, now, raise, ticket?.at, ticket?.tokens)
    }
    return news
  }

  #learnRequests(
    { limit, remaining, windowMs = MINUTE_MS }: LimitNote,
    now: number,
    ticket?: Booking,
  ): boolean {
    const news = limit !== undefined && this.#rate.advertise(limit / windowMs)
    const known = this.#known
    if (news) known.burst = undefined
    if (remaining === undefined) return news
    // There cannot be more left than there is.
    const left = Math.min(remaining, limit ?? Infinity)
    const larger = left + 1 > (known.burst ?? 1)
    if (larger) known.burst = left + 1
    this.#apply(now)
    this.requests.report(left, now, larger, ticket?.at, ticket?.requests)
    return news
  }

  /** What these headers count is another limit, a day's for instance (Groq): the one that refused is found by trying. */
  #distrust(): void {
    this.#rate.lift()
    this.#known.burst = undefined
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
    const { tokensPerMinute = Infinity } = this.#ceilings
    const { tokensPerMs = Infinity } = this.#known
    return this.#counted && tokensPerMs * MINUTE_MS <= tokensPerMinute
  }

  memory(): LimitMemory {
    return { ...this.#known }
  }

  recall(memory: LimitMemory, now: number): void {
    // The clocks of two processes may be far apart.
    const pausedUntil = Math.min(memory.pausedUntil, now + LONGEST_PAUSE_MS)
    Object.assign(this.#known, memory, { pausedUntil })
    this.#apply(now)
  }

  /** Sets the buckets to what is known by now. */
  #apply(now: number): void {
    const { requestsPerMinute = Infinity, tokensPerMinute = Infinity } = this.#ceilings
    const perMs = Math.min(requestsPerMinute / MINUTE_MS, this.#rate.perMs)
    const burst = Math.max(1, this.#known.burst ?? perMs * BURST_MS)
    this.requests.limit(perMs, perMs === Infinity ? Infinity : burst, now)
    const tokensPerMs = Math.min(tokensPerMinute / MINUTE_MS, this.#known.tokensPerMs ?? Infinity)
    this.tokens.limit(tokensPerMs, tokensPerMs * MINUTE_MS, now)
  }
}
