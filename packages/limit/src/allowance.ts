import { Bucket } from './bucket.ts'
import type { LimitNotes } from './headers.ts'
import { Rate } from './rate.ts'
import { Recent } from './recent.ts'

/** What is configured for one key; the provider's own figures can only make it less. */
export interface Ceilings {
  readonly requestsPerMinute?: number | undefined
  readonly tokensPerMinute?: number | undefined
  readonly maxConcurrent?: number | undefined
}

/** One request that is out: its slot is its own until its work ends. */
export interface Ticket {
  readonly at: number
  /** Tokens that were reserved for it. */
  readonly cost: number
  /** What had been taken, itself included, when it left: the provider's figures are as of then. */
  readonly requests: number
  readonly tokens: number
  ended: boolean
}

/** What was learned of one key, as plain data; times are milliseconds on the clock of whoever asks. */
export interface LimitMemory {
  readonly requestsPerMs?: number | undefined
  readonly share: number
  readonly blindPerMs?: number | undefined
  readonly burst?: number | undefined
  readonly tokensPerMs?: number | undefined
  readonly pausedUntil: number
}

const MINUTE_MS = 60_000
/** What may leave at once where nobody told how much may: half a second's worth. */
const BURST_MS = 500
/** How long all stay away after a rejection that named no time. */
const PAUSE_MS = 1_000
/** Processes that were told the same time come back spread over this share of it, behind it. */
const PAUSE_SPREAD = 0.1

/** How many requests and tokens one key may be sent: a mirror of the provider's own books, as far as it shows them. */
export class Allowance {
  readonly requests: Bucket = new Bucket()
  readonly tokens: Bucket = new Bucket()
  readonly #ceilings: Ceilings
  readonly #rate = new Rate()
  readonly #recent = new Recent()
  #burst: number | undefined
  #tokensPerMs: number | undefined
  #pausedUntil = 0
  #toldByErrorsOnly = false

  constructor(ceilings: Ceilings, now: number) {
    this.#ceilings = ceilings
    this.#apply(now)
  }

  get limited(): boolean {
    return this.requests.limited || this.tokens.limited
  }
  /** Was something learned that it would be a loss to forget? */
  get learned(): boolean {
    return this.#rate.perMs < Infinity
  }

  waitMs(cost: number, now: number): number {
    const { requests, tokens } = this
    return Math.max(this.#pausedUntil - now, requests.waitMs(1, now), tokens.waitMs(cost, now), 0)
  }

  take(cost: number, now: number): Ticket {
    const { requests, tokens } = this
    requests.take(1, now)
    tokens.take(cost, now)
    this.#recent.count(1, now)
    return { at: now, cost, requests: requests.taken, tokens: tokens.taken, ended: false }
  }

  /** An answer began, whose headers said this; `shown` tells whether it had any headers. */
  answered(
    ticket: Ticket,
    notes: LimitNotes | undefined,
    shown: boolean,
    now: number,
    dice: number,
  ): void {
    const rate = this.#rate
    if (notes !== undefined) {
      this.#toldByErrorsOnly = false
      this.learn(notes, now, ticket)
    } else if (shown && rate.advertised !== undefined) rate.lift()
    else if (this.#toldByErrorsOnly) rate.guess()
    const left = (notes?.requests?.remaining ?? 0) / (this.#burst ?? Infinity)
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
    ticket: Ticket,
    notes: LimitNotes | undefined,
    hintMs: number | undefined,
    now: number,
    dice: number,
  ): number {
    this.#recent.count(-1, now)
    const seen = this.#recent.rate(now)
    const news = notes !== undefined && this.learn(notes, now, ticket)
    this.#toldByErrorsOnly ||= news
    const forTokens = notes?.tokens?.remaining === 0 && (notes.requests?.remaining ?? 0) > 0
    if (news) this.#rate.surprised(now, seen)
    else if (!forTokens) this.#rate.rejected(ticket.at, now, seen)
    this.#apply(now)
    const pauseMs = (hintMs ?? PAUSE_MS) * (1 + PAUSE_SPREAD * dice)
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs)
    return pauseMs
  }

  /** Takes in what a provider says; true when its limit of requests is a new one. */
  learn({ requests, tokens }: LimitNotes, now: number, ticket?: Ticket): boolean {
    let news = false
    if (requests?.limit !== undefined) {
      news = this.#rate.advertise(requests.limit / (requests.windowMs ?? MINUTE_MS))
      if (news) this.#burst = undefined
    }
    const size = (requests?.remaining ?? 0) + 1
    const larger = size > (this.#burst ?? 1)
    if (larger) this.#burst = size
    const { capacity } = this.tokens
    if (tokens?.limit !== undefined)
      this.#tokensPerMs = tokens.limit / (tokens.windowMs ?? MINUTE_MS)
    this.#apply(now)

    const agoMs = ticket === undefined ? 0 : now - ticket.at
    if (requests?.remaining !== undefined) {
      const since = ticket === undefined ? 0 : this.requests.taken - ticket.requests
      this.requests.report(requests.remaining, agoMs, since, now, larger)
    }
    if (tokens?.remaining !== undefined) {
      const since = ticket === undefined ? 0 : this.tokens.taken - ticket.tokens
      this.tokens.report(tokens.remaining, agoMs, since, now, this.tokens.capacity !== capacity)
    }
    return news
  }

  /** So many tokens were used, of those that were reserved. */
  used(ticket: Ticket, tokens: number): void {
    if (this.tokens.limited) this.tokens.give(ticket.cost - tokens)
  }

  memory(): LimitMemory {
    const { advertised: requestsPerMs, share, blind: blindPerMs } = this.#rate
    const burst = this.#burst
    const tokensPerMs = this.#tokensPerMs
    return { requestsPerMs, share, blindPerMs, burst, tokensPerMs, pausedUntil: this.#pausedUntil }
  }

  recall(memory: LimitMemory, now: number): void {
    this.#rate.advertised = memory.requestsPerMs
    this.#rate.blind = memory.blindPerMs
    this.#rate.share = memory.share
    this.#burst = memory.burst
    this.#tokensPerMs = memory.tokensPerMs
    this.#pausedUntil = memory.pausedUntil
    this.#apply(now)
  }

  /** Sets the buckets to what is known by now. */
  #apply(now: number): void {
    const { requestsPerMinute = Infinity, tokensPerMinute = Infinity } = this.#ceilings
    const perMs = Math.min(requestsPerMinute / MINUTE_MS, this.#rate.perMs)
    const burst = Math.max(1, this.#burst ?? perMs * BURST_MS)
    this.requests.limit(perMs, perMs === Infinity ? Infinity : burst, now)
    const tokensPerMs = Math.min(tokensPerMinute / MINUTE_MS, this.#tokensPerMs ?? Infinity)
    this.tokens.limit(tokensPerMs, tokensPerMs * MINUTE_MS, now)
  }
}
