import { Sample } from './sample.ts'
import type { Second } from './seen.ts'

/** Routes that are told apart; what comes later is `other`. */
const MAX_ROUTES = 30
/** Durations that a second's percentiles are taken from: p99 of 500 is the fifth from the top. */
const MAX_DURATIONS = 500

/** What is known of a call at its end. */
export interface Beat {
  readonly route: string
  readonly outcome: 'succeeded' | 'failed' | 'aborted'
  readonly durationMs: number
  readonly costUsd: number
}

interface Sum {
  calls: number
  failed: number
  usd: number
  readonly durations: Sample<number>
}

/** Counts what happened within one second, per route and over all. */
export class Seconds {
  readonly #random: () => number
  readonly #known = new Set<string>()
  #sums = new Map<string, Sum>()

  constructor(random: () => number) {
    this.#random = random
  }

  add({ route, outcome, durationMs, costUsd }: Beat): void {
    if (this.#known.size < MAX_ROUTES) this.#known.add(route)
    for (const name of ['', this.#known.has(route) ? route : 'other']) {
      const sum = this.#of(name)
      sum.calls++
      sum.usd += costUsd
      if (outcome === 'failed') sum.failed++
      if (outcome === 'succeeded') sum.durations.offer(() => durationMs)
    }
  }

  /** The second that is over; begins the next one. */
  take(): Record<string, Second> {
    const sums = this.#sums
    this.#sums = new Map()
    return Object.fromEntries([...sums].map(([name, sum]) => [name, secondOf(sum)]))
  }

  #of(name: string): Sum {
    let sum = this.#sums.get(name)
    if (sum === undefined) {
      sum = { calls: 0, failed: 0, usd: 0, durations: new Sample(MAX_DURATIONS, this.#random) }
      this.#sums.set(name, sum)
    }
    return sum
  }
}

const secondOf = ({ calls, failed, usd, durations }: Sum): Second => {
  const sorted = durations.take().toSorted((a, b) => a - b)
  const quantile = (q: number): number | null => {
    const value = sorted[Math.ceil(q * sorted.length) - 1]
    return value === undefined ? null : round(value)
  }
  return [calls, failed, quantile(0.5), quantile(0.95), quantile(0.99), usd]
}

const round = (ms: number): number => Math.round(ms * 10) / 10
