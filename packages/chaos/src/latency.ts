import { dice } from './dice.ts'

/** How long an answer takes to begin: one number, or a log-normal spread given by two quantiles. */
export type Latency = number | { readonly p50: number; readonly p95: number }

/** The 95 % quantile of the standard normal distribution. */
const Z95 = 1.6449

/** The latency of one attempt in milliseconds; the words are its seed. */
export const sampleLatency = (latency: Latency, ...seed: readonly (string | number)[]): number => {
  if (typeof latency === 'number') return latency
  const { p50, p95 } = latency
  if (p50 === 0) return 0
  // Box-Muller; 1 - u keeps the logarithm away from zero.
  const radius = Math.sqrt(-2 * Math.log(1 - dice('radius', ...seed)))
  const z = radius * Math.cos(2 * Math.PI * dice('angle', ...seed))
  return p50 * Math.exp((z * Math.log(p95 / p50)) / Z95)
}
