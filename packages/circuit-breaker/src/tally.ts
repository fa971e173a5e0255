import { RollingCounts } from '@holdfast/core'

import type { CircuitRules, Complaint } from './rules.ts'

/** What the calls of a closed circuit came to, and whether that is too much. */
export class Tally {
  readonly #rules: CircuitRules
  readonly window: RollingCounts<'calls' | 'failures' | 'slow'>
  /** Failures in a row. */
  streak = 0

  constructor(rules: CircuitRules) {
    this.#rules = rules
    this.window = new RollingCounts(rules.windowMs, ['calls', 'failures', 'slow'])
  }

  praise(now: number): void {
    this.streak = 0
    this.window.at(now).calls++
  }

  /** True when it is one too many. */
  complain({ failed, slow, fatal }: Complaint, now: number): boolean {
    const { consecutiveFailures, failureRatio, minimumCalls, slowCallRatio } = this.#rules
    const slot = this.window.at(now)
    slot.calls++
    if (failed) slot.failures++
    if (slow) slot.slow++
    const sum = this.window.sum(now)
    // A streak is over when nothing at all happened for a whole window.
    if (sum.calls === 1) this.streak = 0
    this.streak = failed ? this.streak + 1 : 0
    if (fatal) return true
    const enough = sum.calls >= minimumCalls
    // Divided and not multiplied: seven of a hundred are 0.07, and 0.07 * 100 is more than seven.
    if (slow && enough && sum.slow / sum.calls >= slowCallRatio) return true
    if (!failed) return false
    if (consecutiveFailures !== undefined && this.streak >= consecutiveFailures) return true
    return enough && sum.failures / sum.calls >= failureRatio
  }

  /** Nothing but successes. */
  isClean(now: number): boolean {
    const { failures, slow } = this.window.sum(now)
    return failures === 0 && slow === 0
  }

  clear(): void {
    this.streak = 0
    this.window.clear()
  }
}
