/** Learns a percentile of a latency that drifts. */
export interface Latency {
  /** Enters one duration in milliseconds; gives the 95th percentile, or undefined while too few are known. */
  add(ms: number): number | undefined
}

/** From 10 ms on, each bucket ends 15 % later than the one before; the last begins beyond ten minutes. */
const FIRST_MS = 10
const GROWTH = 1.15
const BUCKETS = 80
/** Fewer say nothing about one in twenty. */
const ENOUGH = 20
/** After so many, all counts are halved: what is older weighs less and less. */
const HALVE_AFTER = 200

/** What is no duration counts as none: it must not count as the longest. */
const bucketOf = (ms: number): number =>
  Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH)) || 0))

/** A histogram with logarithmic buckets that forgets: bounded, and right to 15 %. */
export const latency = (): Latency => {
  const counts = new Float64Array(BUCKETS)
  let total = 0
  let sinceHalved = 0
  return {
    add(ms) {
      counts[bucketOf(ms)]! += 1
      total += 1
      if (++sinceHalved >= HALVE_AFTER) {
        sinceHalved = 0
        total /= 2
        for (let i = 0; i < BUCKETS; i++) counts[i]! /= 2
      }
      return total < ENOUGH ? undefined : FIRST_MS * GROWTH ** percentile(counts, total * 0.95)
    },
  }
}

const percentile = (counts: Float64Array, rank: number): number => {
  let below = 0
  let i = -1
  while (below < rank && i < BUCKETS - 1) below += counts[++i]!
  return i
}
