import type { Clock } from '@holdfast/core'

import { settle } from './settle.ts'

/** A clock that stands still until a test turns it. */
export interface TestClock extends Clock {
  /**
   * Turns the clock by `ms`: what is due on the way runs in order of due time, each after everything that the
   * one before it set off has settled. Works on timers that are armed on the way, too.
   *
   * @throws RangeError for anything but a finite number of milliseconds of at least 0
   * @throws Error while another `advance` is still running: await it first
   */
  readonly advance: (ms: number) => Promise<void>
  /** Sets the wall clock, as an operator or a time server does: forwards or backwards, timers do not care (T24). */
  readonly setWall: (ms: number) => void
  /** How many timers are armed; 0 when nothing was left behind. */
  readonly pending: number
}

/** What a test clock can be told. */
export interface TestClockOptions {
  /** Wall time at the start, in milliseconds since 1970. @default 1_700_000_000_000 (November 2023) */
  readonly wallMs?: number
  /**
   * How many milliseconds late each timer fires; negative fires it early, as real timers may (T25).
   *
   * @default no timer is early or late
   */
  readonly jitterMs?: (delayMs: number) => number
}

/** A date that is plausible to parsers of HTTP dates, and far enough from 0 to tell wall time from monotonic time. */
const WALL_MS = 1_700_000_000_000

interface Timer {
  readonly dueAt: number
  readonly callback: () => void
}

/**
 * A virtual clock for tests: `const clock = testClock()`, hand it to the pipeline, then `await clock.advance(500)`.
 *
 * @param startMs where the monotonic clock starts. A start other than 0 finds code that takes a duration for a time.
 */
export const testClock = (startMs = 0, options: TestClockOptions = {}): TestClock => {
  const { wallMs = WALL_MS, jitterMs = () => 0 } = options
  const timers = new Set<Timer>()
  let now = startMs
  let wallOffset = wallMs - startMs
  let advancing = false

  const nextUntil = (end: number): Timer | undefined => {
    let first: Timer | undefined
    // A Set keeps the order of arming: of equal due times the first armed wins, as on a real platform.
    for (const timer of timers)
      if (timer.dueAt <= end && timer.dueAt < (first?.dueAt ?? Infinity)) first = timer
    return first
  }

  const turn = async (end: number): Promise<void> => {
    await settle()
    for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
      timers.delete(timer)
      // An early timer may have been armed for a time that is already past: the clock never runs backwards.
      now = Math.max(now, timer.dueAt)
      timer.callback()
      await settle()
    }
    now = end
    await settle()
  }

  return {
    now: () => now,
    wall: () => now + wallOffset,
    after(ms, callback) {
      if (Number.isNaN(ms)) throw new RangeError('testClock: a timer was armed for NaN ms')
      const timer: Timer = { dueAt: now + Math.max(0, ms + jitterMs(ms)), callback }
      if (timer.dueAt < Infinity) timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    async advance(ms) {
      if (!Number.isFinite(ms) || ms < 0)
        throw new RangeError(
          `testClock: advance needs a finite number of milliseconds of at least 0, got ${ms}`,
        )
      if (advancing) throw new Error('testClock: another advance is still running; await it first')
      advancing = true
      try {
        await turn(now + ms)
      } finally {
        advancing = false
      }
    },
    setWall(ms) {
      wallOffset = ms - now
    },
    get pending() {
      return timers.size
    },
  }
}
