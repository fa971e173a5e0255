import { Tally } from './tally.ts'
import { RollingWindow } from './window.ts'

/** How far back `snapshot()` and most alerts look. */
export const WINDOW_MS = 300_000
/** What is told apart within it. */
export const BUCKET_MS = 10_000
/** The hour before the window, for "twice as slow as usual". */
export const BASELINE_MS = 3_600_000
const MINUTE_MS = 60_000

/** The little that is kept of the hour before. */
export class Baseline {
  succeeded = 0
  sumMs = 0
  unknown = 0
  clear(): void {
    this.succeeded = this.sumMs = this.unknown = 0
  }
}

/** The counts of one route, or of one target, over time. */
export class Series {
  // One bucket more than the window is long: the current one is only just begun.
  readonly recent: RollingWindow<Tally> = new RollingWindow(
    BUCKET_MS,
    WINDOW_MS / BUCKET_MS + 1,
    () => new Tally(),
  )
  readonly hour: RollingWindow<Baseline> = new RollingWindow(
    MINUTE_MS,
    (BASELINE_MS + WINDOW_MS) / MINUTE_MS + 1,
    () => new Baseline(),
  )
  inFlight = 0
  /** Mean tokens of the answers that it reported. */
  expected: { inputTokens: number; outputTokens: number } | undefined
}

/** What is counted under this name when there are too many names. */
export const OTHER = 'other'

/** One series per name, for so many names; those that come later share one (a name may come from a caller). */
export class SeriesTable {
  readonly #series = new Map<string, Series>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  of(name: string): Series {
    let series = this.#series.get(name)
    if (series !== undefined) return series
    if (this.#series.size >= this.#most && name !== OTHER) return this.of(OTHER)
    this.#series.set(name, (series = new Series()))
    return series
  }

  entries(): Iterable<[string, Series]> {
    return this.#series.entries()
  }
}
