/** A target that nobody knows yet is not sent three hundred requests at once: the first answers tell its limits. */
const COLD = 6
/** What a target gets that just came back: its queue may be the reason why it was gone. */
const RECOVERED = 4
/** From here on nothing is gained by counting. */
const WIDE = 128
/** A start is over after this long, whatever the latencies say: a model may have become slower for good. */
const START_MS = 60_000
/** An answer that takes this much longer than usual has stood in a queue. */
const QUEUED = 2
const MEAN_WEIGHT = 0.05

/**
 * How many requests may be out at once while a target starts, or starts again: a window that grows by one with each
 * answer (twice as many each round trip) and shrinks by the gradient of the latency. In steady state there is
 * none: the latency of a model varies with the length of its answers, not only with its load.
 */
export class Window {
  size = COLD
  /** The usual latency of an answer in ms, learned in steady state; undefined before the first. */
  meanMs: number | undefined
  #until = Infinity

  /** The target is known to take what it gets, or has said what it takes. */
  open(): void {
    this.size = Infinity
  }

  /** The target was gone and may be back. */
  restart(now: number): void {
    if (this.#until !== Infinity && now < this.#until && this.size <= RECOVERED) return
    this.size = RECOVERED
    this.#until = now + START_MS
  }

  succeeded(tookMs: number, now: number): void {
    const queued = this.meanMs === undefined ? 0 : tookMs / (QUEUED * this.meanMs)
    if (this.size === Infinity || queued < 1)
      this.meanMs =
        this.meanMs === undefined ? tookMs : this.meanMs + MEAN_WEIGHT * (tookMs - this.meanMs)
    if (this.size === Infinity) return
    this.size = queued > 1 && this.#until < Infinity ? this.size - 1 + 1 / queued : this.size + 1
    this.size = Math.max(1, this.size)
    if (this.size >= WIDE || now >= this.#until) this.open()
  }

  /** The target is overwhelmed: half of it, during a restart only. */
  failed(): void {
    if (this.size < Infinity && this.#until < Infinity) this.size = Math.max(1, this.size / 2)
  }
}
