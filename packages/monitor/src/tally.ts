import type { FaultKind } from '@holdfast/core'

import { Sketch, type SketchState } from './sketch.ts'

/** The plain numbers of a tally; of calls for a route, of attempts for a target. */
export interface Counts {
  /** Calls, or attempts, that ended. */
  ended: number
  failed: number
  /** Of `ended`, those that say nothing: the caller had left, or a hedge had lost. */
  aborted: number
  /** Attempts beyond the first that retry made. */
  retries: number
  /** Calls that retry sent again. */
  retried: number
  /** Calls that went on to another target. */
  fellBack: number
  /** Steps that they went down their lists, together. */
  fallbackSteps: number
  /** Calls that came to the last option of their list. */
  lastOption: number
  cacheHits: number
  cacheStale: number
  cacheMisses: number
  degraded: number
  inputTokens: number
  outputTokens: number
  /** US dollars of all attempts. */
  usd: number
  /** The part of `usd` that bought nothing: failed, hedged, abandoned or invalid. */
  wastedUsd: number
  /** The part of `usd` that is a guess. */
  estimatedUsd: number
  /** Attempts that were billed at a price nobody knows. */
  unpriced: number
}

const NOTHING: Counts = {
  ended: 0,
  failed: 0,
  aborted: 0,
  retries: 0,
  retried: 0,
  fellBack: 0,
  fallbackSteps: 0,
  lastOption: 0,
  cacheHits: 0,
  cacheStale: 0,
  cacheMisses: 0,
  degraded: 0,
  inputTokens: 0,
  outputTokens: 0,
  usd: 0,
  wastedUsd: 0,
  estimatedUsd: 0,
  unpriced: 0,
}
const NAMES = Object.keys(NOTHING) as (keyof Counts)[]

/** How many of each fault. */
export type FaultCounts = Partial<Record<FaultKind, number>>

/** A tally as JSON. */
export interface TallyState {
  readonly counts: Counts
  readonly faults: FaultCounts
  readonly latency: SketchState
  readonly firstContent: SketchState
}

/** What was counted of a route or a target, in one bucket of time or in several; tallies add up. */
export class Tally {
  readonly counts: Counts = { ...NOTHING }
  faults: FaultCounts = {}
  /** Durations of what succeeded, in milliseconds. */
  readonly latency: Sketch
  /** Until the first content of streams, in milliseconds. */
  readonly firstContent: Sketch

  constructor(latency: Sketch = new Sketch(), firstContent: Sketch = new Sketch()) {
    this.latency = latency
    this.firstContent = firstContent
  }

  fail(kind: FaultKind): void {
    this.counts.failed++
    this.faults[kind] = (this.faults[kind] ?? 0) + 1
  }

  merge(other: Tally): this {
    for (const name of NAMES) this.counts[name] += other.counts[name]
    for (const [kind, count] of Object.entries(other.faults))
      this.faults[kind as FaultKind] = (this.faults[kind as FaultKind] ?? 0) + count
    this.latency.merge(other.latency)
    this.firstContent.merge(other.firstContent)
    return this
  }

  clear(): void {
    Object.assign(this.counts, NOTHING)
    this.faults = {}
    this.latency.clear()
    this.firstContent.clear()
  }

  toJSON(): TallyState {
    const { counts, faults, latency, firstContent } = this
    return {
      counts: { ...counts },
      faults: { ...faults },
      latency: latency.toJSON(),
      firstContent: firstContent.toJSON(),
    }
  }

  static from({ counts, faults, latency, firstContent }: TallyState): Tally {
    const tally = new Tally(Sketch.from(latency), Sketch.from(firstContent))
    Object.assign(tally.counts, counts)
    tally.faults = { ...faults }
    return tally
  }
}

/** All of them in one. */
export const sumOf = (tallies: Iterable<Tally>): Tally => {
  const sum = new Tally()
  for (const tally of tallies) sum.merge(tally)
  return sum
}
