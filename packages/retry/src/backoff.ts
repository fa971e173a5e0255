/**
 * How the wait before the next attempt is spread, so that clients that failed together do not come back together.
 * `full`: 0 to the ceiling. `equal`: the upper half. `proportional`: the last quarter, as the SDKs of OpenAI and
 * Anthropic do. `decorrelated`: from the base to three times the last wait.
 */
export type Jitter = 'full' | 'equal' | 'proportional' | 'decorrelated'

/** What the computed waits of one call have come to so far; each call has its own (T35). */
export interface Waits {
  /** How many waits were computed since the provider last named one itself. */
  readonly step: number
  /** The last of them, in milliseconds. */
  readonly lastMs: number
}

/** A call that has not waited yet. */
export const NO_WAITS: Waits = { step: 0, lastMs: 0 }

/** Clients that are told the same hint spread over this share of it, behind it. */
export const HINT_SPREAD = 0.1

const FACTOR = 2
/** Of the ceiling; the rest is diced. */
const LEAST_SHARE = { full: 0, equal: 0.5, proportional: 0.75 } as const

/**
 * The computed wait in milliseconds, between 0 and `maxDelayMs`.
 *
 * The cap comes first and the dice after it: the other way round, everybody waits exactly the cap in a long outage
 * and comes back as one herd (T21).
 *
 * @param dice 0 inclusive to 1 exclusive
 */
export function backoffMs(
  { jitter, maxDelayMs }: { readonly jitter: Jitter; readonly maxDelayMs: number },
  baseMs: number,
  { step, lastMs }: Waits,
  dice: number,
): number {
  if (jitter === 'decorrelated') {
    const grownMs = 3 * Math.max(baseMs, lastMs)
    return between(Math.min(maxDelayMs, baseMs), Math.min(maxDelayMs, grownMs), dice)
  }
  // 2 ** 1024 is Infinity, of which a base of 0 makes NaN (T22).
  const ceilingMs = Math.min(maxDelayMs, baseMs * FACTOR ** step || 0)
  return between(ceilingMs * LEAST_SHARE[jitter], ceilingMs, dice)
}

/** Measured from above, so that no rounding exceeds the cap. */
const between = (least: number, most: number, dice: number): number =>
  most - (1 - dice) * (most - least)

/**
 * The provider's hint as a floor under the computed wait: dice only add to it (T12).
 *
 * @param hintMs undefined when the provider named none
 */
export const atLeast = (hintMs: number | undefined, computedMs: number, dice: number): number =>
  hintMs === undefined ? computedMs : Math.max(computedMs, hintMs * (1 + HINT_SPREAD * dice))

/** After a wait that the provider decided, the next computed one starts from the beginning (T20). */
export const after = (waits: Waits, waitMs: number, computedMs: number): Waits =>
  waitMs > computedMs ? NO_WAITS : { step: waits.step + 1, lastMs: computedMs }
