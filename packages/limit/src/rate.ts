/** A rejection halves the share: several processes on one key find their parts of it within a few of them (AIMD). */
const CUT = 0.5
/**
 * A limit that is first heard of: who got less than two thirds of it of late is not alone, and begins with a part, at least a
 * tenth.
 */
const ALONE = 1.5
const LEAST_FIRST_SHARE = 0.1
const LEAST_SHARE = 0.02
/** What an answer adds to the share: 5 % of it, at least a hundredth; up to all of it while much is left for whoever asks. */
const SHARE_GROWTH = 0.05
const LEAST_SHARE_STEP = 0.01
/** Where only rejections tell of the limit, the rate itself is found by trying: each try that fails costs quota. */
const BLIND_CUT = 0.8
/** Where far less was accepted than was tried, it is cut to that, but not by more at once: who asked for little saw little accepted. */
const DEEPEST_BLIND_CUT = 0.25
const BLIND_GROWTH = 0.02
const BLIND_STEP_PER_MS = 0.03 / 1_000
/** Who had asked for little was not accepted for much: that says nothing of the limit. */
const LEAST_RATE_PER_MS = 0.5 / 1_000
/** Near the rate that was one too many it grows no more often than this: every half second, it collapses. */
const PROBE_EVERY_MS = 2_000
const NEAR = 0.1

/** What is remembered of a rate; times are monotonic milliseconds. */
export interface RateMemory {
  /** What the provider says, in requests per ms. */
  requestsPerMs?: number | undefined
  /** Our part of it. */
  share: number
  /** What was found by trying. */
  blindPerMs?: number | undefined
}

/**
 * How fast one key may be asked, in units per millisecond: the part of the advertised limit that other processes
 * leave us; or, where a provider advertises nothing, the rate that its rejections leave us.
 */
export class Rate {
  readonly #known: RateMemory
  #tooFast = Infinity
  #cutAt = -Infinity
  #surprisedAt = -Infinity
  #probedAt = -Infinity

  constructor(known: RateMemory) {
    this.#known = known
  }

  get perMs(): number {
    const { requestsPerMs = Infinity, share, blindPerMs = requestsPerMs * share } = this.#known
    return blindPerMs
  }

  /** A limit was read; it counts more than what was found by trying. True when it is news. */
  advertise(perMs: number): boolean {
    const news = this.#known.requestsPerMs !== perMs
    this.#known.requestsPerMs = perMs
    this.#known.blindPerMs = undefined
    return news
  }

  /** The limit was not known, and is exceeded: by ourselves, or by others as well? */
  surprised(now: number, seen: number): void {
    this.#surprisedAt = this.#cutAt = now
    this.shareAlike(seen)
  }

  /** Who was accepted for a fraction of it is not alone. */
  shareAlike(seen: number): void {
    const known = this.#known
    const share = (ALONE * seen) / (known.requestsPerMs ?? Infinity)
    known.share = Math.min(known.share, Math.max(LEAST_FIRST_SHARE, share))
  }

  /** The provider answers without limits: it has none any more. */
  lift(): void {
    this.#known.requestsPerMs = undefined
    this.#known.share = 1
  }

  /**
   * The provider refused for the rate. Requests that left before the last cut do not count again.
   *
   * @param seen the rate at which requests were accepted lately, per ms
   */
  rejected(sentAt: number, now: number, seen: number): void {
    if (sentAt < this.#surprisedAt) this.shareAlike(seen)
    if (sentAt < this.#cutAt) return
    this.#cutAt = now
    const known = this.#known
    if (known.blindPerMs === undefined && known.requestsPerMs !== undefined) {
      known.share = Math.max(LEAST_SHARE, known.share * CUT)
      return
    }
    const tried = (this.#tooFast = known.blindPerMs ?? seen)
    const cut = Math.max(Math.min(seen, tried * BLIND_CUT), tried * DEEPEST_BLIND_CUT)
    known.blindPerMs = Math.max(LEAST_RATE_PER_MS, known.blindPerMs === undefined ? seen : cut)
  }

  /** A limit that was read off a rejection, where answers show no headers: it may be gone by now, so try beyond it. */
  guess(): void {
    this.#known.blindPerMs ??= this.#known.requestsPerMs
    this.#tooFast = Math.min(this.#tooFast, this.#known.blindPerMs ?? Infinity)
  }

  /**
   * @param left the part of the provider's bucket that nobody uses, 0 to 1
   * @param dice 0 to 1: processes that share a key must not grow in step
   */
  succeeded(left: number, now: number, dice: number): void {
    const known = this.#known
    const spread = 0.5 + dice
    if (known.blindPerMs === undefined) {
      const step = Math.max(LEAST_SHARE_STEP, known.share * Math.max(SHARE_GROWTH, left ** 3))
      known.share = Math.min(1, known.share + step * spread)
      return
    }
    const near = Math.abs(known.blindPerMs / this.#tooFast - 1) < NEAR
    if (near && now - this.#probedAt < PROBE_EVERY_MS) return
    this.#probedAt = now
    known.blindPerMs += (known.blindPerMs * BLIND_GROWTH + BLIND_STEP_PER_MS) * spread
  }
}
