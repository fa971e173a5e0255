import type { Booking } from './allowance.ts'
import { Bucket } from './bucket.ts'
import { MINUTE_MS, type LimitNote, type LimitNotes } from './headers.ts'
import { Rate, type RateMemory } from './rate.ts'
import { Recent } from './recent.ts'

/** What may leave at once where nobody told how much may: half a second's worth. */
const BURST_MS = 500
/** So many answers in a row without a word of a limit that was told before: it is gone. */
const SILENT = 10

export interface RequestsMemory extends RateMemory {
  /** Most requests that may leave at once. */
  burst?: number | undefined
}

/** How many requests one key may be sent. */
export class Requests extends Bucket {
  readonly #mostPerMs: number
  readonly #known: RequestsMemory
  readonly #rate: Rate
  readonly #recent = new Recent()
  #toldByErrorsOnly = false
  /** Refused with requests to spare, the last time. */
  #misled = false
  /** Answers in a row whose headers said nothing of limits. */
  #silent = 0

  constructor(perMinute: number, known: RequestsMemory) {
    super()
    this.#mostPerMs = perMinute / MINUTE_MS
    this.#known = known
    this.#rate = new Rate(known)
  }

  override take(cost: number, now: number): void {
    super.take(cost, now)
    this.#recent.count(cost, now)
  }

  /** An answer began, whose headers said this; `shown` tells whether it had any headers. */
  answered(
    notes: LimitNotes | undefined,
    shown: boolean,
    ticket: Booking,
    now: number,
    dice: number,
  ): void {
    const rate = this.#rate
    if (notes !== undefined) {
      this.#toldByErrorsOnly = false
      this.#silent = 0
      if (this.learn(notes.requests, now, ticket)) rate.shareAlike(this.#recent.rate(now))
    } else if (this.#toldByErrorsOnly) rate.guess()
    // One answer of another cut, from a cache or a proxy, lifts nothing.
    else if (shown && this.#known.requestsPerMs !== undefined && ++this.#silent >= SILENT)
      rate.lift()
    const left = (notes?.requests?.remaining ?? 0) / (this.#known.burst ?? Infinity)
    rate.succeeded(left, now, dice)
    this.update(now)
  }

  /** One was refused for the rate. */
  rejected({ requests, tokens }: LimitNotes, ticket: Booking, now: number): void {
    this.#recent.count(-1, now)
    const seen = this.#recent.rate(now)
    const spared = (requests?.remaining ?? 0) > 0
    const forTokens = spared && (tokens?.remaining ?? Infinity) <= ticket.cost
    const news = this.learn(requests, now, ticket)
    this.#toldByErrorsOnly ||= news
    this.#misled = spared && !forTokens && !news
    if (this.#misled) {
      // What these headers count is another limit, a day's for instance (Groq): the one that refused is found by trying.
      this.#rate.lift()
      this.#known.burst = undefined
    }
    if (news) this.#rate.surprised(now, seen)
    else if (!forTokens) this.#rate.rejected(ticket.at, now, seen)
    this.update(now)
  }

  /** Takes in what a provider says; true when its limit is a new one. */
  learn(note: LimitNote | undefined, now: number, ticket?: Booking): boolean {
    if (note === undefined || this.#misled) return false
    const { limit, remaining, windowMs = MINUTE_MS } = note
    const known = this.#known
    const news = limit !== undefined && this.#rate.advertise(limit / windowMs)
    if (news) known.burst = undefined
    // There cannot be more left than there is.
    const left = Math.min(remaining ?? 0, limit ?? Infinity)
    const larger = left + 1 > (known.burst ?? 1)
    if (larger) known.burst = left + 1
    this.update(now)
    if (remaining !== undefined) this.report(left, now, larger, ticket?.at, ticket?.requests)
    return news
  }

  /** Sets the bucket to what is known by now. */
  update(now: number): void {
    const perMs = Math.min(this.#mostPerMs, this.#rate.perMs)
    const burst = Math.max(1, this.#known.burst ?? perMs * BURST_MS)
    this.limit(perMs, perMs === Infinity ? Infinity : burst, now)
  }
}
