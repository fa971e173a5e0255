import type { Attempt, CacheNote, EventHeader } from '@holdfast/core'

import { beyond, type Bill } from './bill.ts'
import type { Story } from './entry.ts'
import { outcomeOf, servedBy, type Kept } from './ledger.ts'
import { SeriesTable, type Series } from './series.ts'
import type { Counts, Tally } from './tally.ts'

/** How fast the mean of an answer's tokens follows: the last 40 or so answers count. */
const FOLLOW = 0.05

/**
 * Counts what calls and attempts did, per route and per target. Costs are counted when an attempt ends, whenever that
 * is; what was bought for nothing as soon as that is known, and once.
 */
export class Recorder {
  readonly routes: SeriesTable
  readonly targets: SeriesTable
  /** Attempts whose waste is counted, and at what: they failed, or came too late, or both. */
  readonly #counted = new WeakMap<Readonly<Attempt>, Bill>()

  constructor(maxSeries: number) {
    this.routes = new SeriesTable(maxSeries)
    this.targets = new SeriesTable(maxSeries)
  }

  started(route: string): void {
    this.routes.of(route).inFlight++
  }

  /** Nobody will tell of the end of what is under way there. */
  unwatched(route: string): void {
    for (const [name, series] of this.routes.entries()) if (name === route) series.inFlight = 0
  }

  /**
   * An attempt ended, and was billed; one that was called off may still answer, and is told again.
   *
   * @returns what it was billed the first time
   */
  attempt(
    attempt: Readonly<Attempt>,
    { route }: EventHeader,
    bill: Bill,
    now: number,
  ): Bill | undefined {
    const target = this.targets.of(attempt.target)
    const tally = target.recent.at(now)
    const callers = this.routes.of(route).recent.at(now)
    const before = this.#counted.get(attempt)
    const due = before === undefined ? bill : beyond(bill, before)
    spend(tally, due)
    spend(callers, due)
    if (before !== undefined) {
      this.#waste(attempt, due, tally, callers)
      return before
    }
    tally.counts.ended++
    if (attempt.outcome === 'succeeded') {
      measure(tally, attempt)
      learn(target, bill)
      return undefined
    }
    if (attempt.fault !== undefined) failed(tally, attempt.fault)
    this.#waste(attempt, bill, tally, callers)
    return undefined
  }

  /** A call ended; `billOf` is asked only for answers that did not serve. */
  call(kept: Kept, billOf: (attempt: Readonly<Attempt>) => Bill, now: number): void {
    const { event, story } = kept
    const series = this.routes.of(event.route)
    series.inFlight = Math.max(0, series.inFlight - 1)
    const tally = series.recent.at(now)
    const { counts } = tally
    counts.ended++
    if (event.fault === undefined) {
      tally.latency.add(event.durationMs)
      const hour = series.hour.at(now)
      hour.succeeded++
      hour.sumMs += event.durationMs
    } else if (outcomeOf(event) === 'aborted') counts.aborted++
    else {
      tally.fail(event.fault.kind)
      if (event.fault.kind === 'unknown') series.hour.at(now).unknown++
    }
    if (story !== undefined) tell(counts, story)
    const { latest, cache, degraded } = event.call
    if (degraded) counts.degraded++
    if (cache !== undefined) lookUp(counts, cache)

    const served = servedBy(event.call, event.fault !== undefined)
    if (served !== undefined) firstContent(tally, served, kept)
    // Most calls: one attempt, and it served.
    if (latest === served && (latest === undefined || latest.n === 1)) return
    for (const attempt of event.call.attempts) {
      if (attempt === served || attempt.outcome === 'pending' || this.#counted.has(attempt))
        continue
      // It answered, and the answer was no good or not wanted: that is known only now.
      const target = this.targets.of(attempt.target).recent.at(now)
      if (attempt.fault !== undefined) failed(target, attempt.fault)
      this.#waste(attempt, billOf(attempt), target, tally)
    }
  }

  #waste(attempt: Readonly<Attempt>, bill: Bill, ...tallies: readonly Tally[]): void {
    this.#counted.set(attempt, bill)
    for (const { counts } of tallies) counts.wastedUsd += bill.usd ?? 0
  }
}

/** A cancelled attempt says nothing of its target: its caller had left, or another one was quicker. */
const failed = (tally: Tally, { kind }: NonNullable<Attempt['fault']>): void => {
  if (kind === 'aborted') tally.counts.aborted++
  else tally.fail(kind)
}

const tell = (counts: Counts, { retries, fallbacks, lastOption }: Readonly<Story>): void => {
  counts.retries += retries
  if (retries > 0) counts.retried++
  counts.fallbackSteps += fallbacks.length
  if (fallbacks.length > 0) counts.fellBack++
  if (lastOption) counts.lastOption++
}

const lookUp = (counts: Counts, { status }: CacheNote): void => {
  if (status === 'hit' || status === 'coalesced') counts.cacheHits++
  else if (status === 'stale') counts.cacheStale++
  else if (status === 'miss') counts.cacheMisses++
}

const spend = ({ counts }: Tally, { usage, usd }: Bill): void => {
  counts.inputTokens += usage.inputTokens
  counts.outputTokens += usage.outputTokens
  if (usd === undefined) counts.unpriced++
  else {
    counts.usd += usd
    if (usage.source === 'estimated') counts.estimatedUsd += usd
  }
}

const measure = ({ latency, firstContent: first }: Tally, attempt: Readonly<Attempt>): void => {
  const { startedAt, firstContentAt, endedAt } = attempt
  if (startedAt === undefined) return
  if (endedAt !== undefined) latency.add(endedAt - startedAt)
  // Of an answer that came whole the two are one: only streams have a first content of their own.
  if (firstContentAt !== undefined && firstContentAt !== endedAt)
    first.add(firstContentAt - startedAt)
}

const firstContent = (tally: Tally, served: Readonly<Attempt>, { event }: Kept): void => {
  const { firstContentAt } = served
  if (firstContentAt !== undefined && firstContentAt !== served.endedAt)
    tally.firstContent.add(firstContentAt - (event.endedAt - event.durationMs))
}

const learn = (target: Series, { usage: { source, inputTokens, outputTokens } }: Bill): void => {
  if (source !== 'reported') return
  const mean = (target.expected ??= { inputTokens, outputTokens })
  mean.inputTokens += (inputTokens - mean.inputTokens) * FOLLOW
  mean.outputTokens += (outputTokens - mean.outputTokens) * FOLLOW
}
