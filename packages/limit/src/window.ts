/** A target that nobody knows yet is not sent three hundred requests at once: the first answers tell its limits. */
const COLD = 6
/** What a target gets that just came back: its queue may be the reason why it was gone. */
const RECOVERED = 4
/** From here on nothing is gained by counting. */
const WIDE = 128
/** An answer that takes this much longer than usual has stood in a queue. */
const QUEUED = 2
/** How much one answer weighs in what is usual: little while the target recovers, or its queues would become usual. */
const WEIGHT = 0.05
const WEIGHT_RECOVERING = 0.005
/** And in what is to be expected of the next one. */
const WEIGHT_RECENT = 0.2
/** What answers at once has no queue to speak of, but a mean of zero would have no multiples. */
const LEAST_MS = 1
/** Nine in ten answers come within this many times the mean. */
const MARGIN = 1.5

/**
 * How many requests may be out at once while a target starts, or starts again: a window that grows by one with each
 * answer (twice as many each round trip) and shrinks by the gradient of the latency. In steady state there is
 * none: the latency of a model varies with the length of its answers, not only with its load.
 */
export class Window {
  size: number = COLD
  /** The usual latency of an answer in ms; undefined before the first. */
  meanMs: number | undefined
  #recentMs = 0
  #recovering = false

  /** How long an answer may be expected to take now, in ms; 0 while nothing is known. Less time is too little to begin with. */
  get expectedMs(): number {
    return MARGIN * this.#recentMs
  }

  /** The target is known to take what it gets, or has said what it takes. */
  open(): void {
    this.size = Infinity
    this.#recovering = false
  }

  /** The target was gone and may be back. */
  restart(): void {
    this.size = RECOVERED
    this.#recovering = true
  }

  /**
   * @param measuredMs how long it took; below zero where the call's clock is a tick behind
   * @param inFlight requests that are out, this one included
   */
  succeeded(measuredMs: number, inFlight: number): void {
    const tookMs = Math.max(LEAST_MS, measuredMs)
    const mean = (this.meanMs ??= tookMs)
    this.#expect(tookMs)
    this.meanMs = mean + (this.#recovering ? WEIGHT_RECOVERING : WEIGHT) * (tookMs - mean)
    if (this.size === Infinity) return
    const stood = tookMs / (QUEUED * mean)
    if (!this.#recovering || stood <= 1) this.size++
    else this.size = Math.max(1, this.size - 1 + 1 / stood)
    // Wide enough, or not in use: either way it holds nobody back.
    if (this.size >= WIDE || (this.size > COLD && inFlight < this.size / 4)) this.open()
  }

  /** No answer in this time: it would have taken longer, or the target says that it has too much to do. */
  failed(tookMs: number): void {
    if (tookMs > this.#recentMs) this.#expect(tookMs)
    if (this.#recovering) this.size = Math.max(1, this.size / 2)
  }

  #expect(tookMs: number): void {
    this.#recentMs =
      this.#recentMs === 0 ? tookMs : this.#recentMs + WEIGHT_RECENT * (tookMs - this.#recentMs)
  }
}
