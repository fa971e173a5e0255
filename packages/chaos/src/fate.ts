import { dice } from './dice.ts'
import type { FaultSpec } from './faults/fault.ts'
import { applyFault, faultApplies } from './faults/table.ts'
import type { Limits } from './hints.ts'
import type { Plan } from './plan.ts'
import type { ChaosRequest } from './request.ts'
import type { Phase, Script } from './scenario/scenario.ts'
import { shareOf } from './scenario/validate.ts'
import type { TokenBucket } from './token-bucket.ts'

/** The buckets of a script's rate limits. */
export type Buckets = ReadonlyMap<FaultSpec, TokenBucket>

/** One attempt, by all that decides its fate. */
export interface Attempt {
  readonly request: ChaosRequest
  readonly key: string
  /** Which attempt of this key it is, from 1. */
  readonly number: number
  /** Milliseconds since the server started. */
  readonly atMs: number
}

/** What becomes of an attempt, and the name that the books give it. */
export interface Fate {
  readonly plan: Plan
  readonly fault: string
  /** What is left of the rate limit that let the request through, or did not, if there is one. */
  readonly limits?: Limits
}

/** The fault that the die of one phase picks: attempt n of a key always meets the same one. */
const pick = (phase: Phase, die: number): FaultSpec | undefined => {
  let sum = 0
  return phase.faults.find((spec) => {
    sum += shareOf(spec)
    return die < sum
  })
}

/** What the dice bring an attempt: one throw in each active phase. */
export const faultsFor = (script: Script, { key, number, atMs }: Attempt): readonly FaultSpec[] =>
  script.phases.flatMap((phase, index) => {
    if (atMs < phase.fromMs || atMs >= phase.toMs) return []
    const spec = pick(phase, dice('fate', script.seed, index, key, number))
    // The die is thrown for every attempt: what one fault spares must not fall to the next.
    return spec === undefined || number > (spec.attempts ?? Infinity) ? [] : [spec]
  })

/** Asks every active rate limit; the first that is exceeded wins. */
const askBuckets = (
  script: Script,
  buckets: Buckets,
  atMs: number,
): { readonly exceeded?: FaultSpec<'rate-limited'>; readonly limits?: Limits } => {
  let left: Limits | undefined
  for (const phase of script.phases) {
    if (atMs < phase.fromMs || atMs >= phase.toMs) continue
    for (const spec of phase.faults) {
      if (spec.fault !== 'rate-limit') continue
      const { waitMs, limits } = buckets.get(spec)?.take(atMs) ?? { waitMs: 0 }
      if (waitMs > 0) {
        const hint = spec.hint === undefined ? {} : { hint: spec.hint }
        const exceeded = { fault: 'rate-limited', retryAfterMs: waitMs, ...hint } as const
        return { exceeded, ...(limits && { limits }) }
      }
      left = limits
    }
  }
  return left === undefined ? {} : { limits: left }
}

/** Decides what becomes of an attempt whose healthy answer would be `healthy`. */
export const decideFate = (
  script: Script,
  buckets: Buckets,
  attempt: Attempt,
  healthy: Plan,
): Fate => {
  const { request } = attempt
  const { exceeded, limits } = askBuckets(script, buckets, attempt.atMs)
  const met = [...(exceeded ? [exceeded] : []), ...faultsFor(script, attempt)].filter((spec) =>
    faultApplies(spec, request),
  )
  // Slowness adds up; of everything else the first one happens.
  const other = met.find((spec) => spec.fault !== 'slow')
  const happens = met.filter((spec) => spec.fault === 'slow' || spec === other)
  return {
    plan: happens.reduce((plan, spec) => applyFault(plan, spec, request), healthy),
    fault: (other ?? happens[0])?.fault ?? 'ok',
    ...(limits && { limits }),
  }
}
