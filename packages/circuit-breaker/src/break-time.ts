import type { Fault } from '@holdfast/core'

import { CIRCUIT_BREAKER_DEFAULTS, type CircuitBreakerSettings } from './options.ts'

/** A provider's hint is obeyed up to a day: `Retry-After: 9999999999` must not write a target off for good (T14). */
const LONGEST_HINT_MS = 24 * 60 * 60 * 1000

/** What is known when a circuit opens. */
export interface Opening {
  /** 1 for the first time since it was closed. */
  readonly openings: number
  /** The fault that was one too many; undefined when slow calls were. */
  readonly fault: Fault | undefined
}

type BreakSettings = Pick<
  CircuitBreakerSettings,
  'openMs' | 'openFactor' | 'maxOpenMs' | 'openJitter' | 'banMs' | 'maxBanMs'
>

/** How long a circuit stays open, in milliseconds: never shorter than the provider's hint. */
export const breakMs = (
  { openMs, openFactor, maxOpenMs, openJitter, banMs, maxBanMs }: BreakSettings,
  opening: Opening,
  fatal: boolean,
  random: () => number,
): number => {
  const before = opening.openings - 1
  const hintMs = Math.min(opening.fault?.retryAfterMs ?? 0, LONGEST_HINT_MS)
  const ownMs = fatal
    ? Math.min(banMs * 2 ** before, maxBanMs)
    : typeof openMs === 'function'
      ? asked(openMs, opening)
      : Math.min(openMs * openFactor ** before, maxOpenMs)
  return Math.max(hintMs, ownMs) * (1 + openJitter * random())
}

/** A user's function that throws or returns nonsense must not leave a breaker that never opens, or never ends (T53). */
const asked = (openMs: (opening: Opening) => number, opening: Opening): number => {
  try {
    const ms: unknown = openMs(opening)
    if (typeof ms === 'number' && ms >= 0 && ms < Infinity) return ms
  } catch {}
  return CIRCUIT_BREAKER_DEFAULTS.openMs
}
