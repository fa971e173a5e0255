import type { Fault, Health, Price, Target } from '@holdfast/core'

/** What is said of a target, without the functions that reach it. */
export type TargetFacts = Omit<Target<unknown, unknown>, 'call' | 'request'>

/** What a target came to, as far as the choice of the next one needs it. */
export interface Failed {
  readonly target: TargetFacts
  readonly fault: Fault
}

/** US dollars per million tokens of a typical request: three tokens in for each one out, the usual blend. */
export const blendedPrice = (price: Price | undefined): number =>
  price === undefined ? Infinity : (3 * price.inputPerMillion + price.outputPerMillion) / 4

/** Cheapest first; those without a price last; equals as listed. */
export const byCost = <T extends { readonly price?: Price }>(targets: readonly T[]): T[] =>
  targets.toSorted((a, b) => {
    const [costA, costB] = [blendedPrice(a.price), blendedPrice(b.price)]
    // Not a subtraction: Infinity - Infinity is NaN, and NaN makes the order of a sort anything.
    return costA === costB ? 0 : costA - costB
  })

/** Quickest first by what is known just now; unknown ones before all, or they would stay unknown; equals as listed. */
export const byLatency = <T extends TargetFacts>(
  targets: readonly T[],
  health: Pick<Health, 'of'>,
): T[] => {
  const usual = (target: T): number => health.of(target.id).p95FirstContentMs ?? 0
  return targets.toSorted((a, b) => usual(a) - usual(b))
}

/** Does what befell one target say that another, of the same provider, key or model, is likely to fail too? */
const reaches = ({ target: failed, fault: { scope } }: Failed, target: TargetFacts): boolean => {
  if (scope === 'request' || failed.provider !== target.provider) return false
  if (scope === 'key') return failed.key === target.key
  if (scope === 'model') return failed.model === target.model
  return true
}

/** How little to hope from a target: 0 is best. */
const doubt = (target: TargetFacts, failures: readonly Failed[]): number => {
  const reached = failures.some((failed) => reaches(failed, target))
  const unknownWindow =
    target.contextWindow === undefined &&
    failures.some(({ fault }) => fault.kind === 'context-window')
  return Number(reached) + Number(unknownWindow)
}

/**
 * The next target to try: one that is ready before one that is not, one of another provider (key, model) before one
 * that a failure reaches as well, then as listed. When none is ready, the soonest: its breaker decides.
 *
 * @param readyAt - when a target may be tried; -Infinity for now
 */
export const choose = <T extends TargetFacts>(
  targets: readonly T[],
  failures: readonly Failed[],
  readyAt: (target: T) => number,
): T | undefined => {
  let best: T | undefined
  let bestAt = Infinity
  let bestDoubt = Infinity
  for (const target of targets) {
    const at = readyAt(target)
    const doubtful = doubt(target, failures)
    if (best !== undefined && (at > bestAt || (at === bestAt && doubtful >= bestDoubt))) continue
    best = target
    bestAt = at
    bestDoubt = doubtful
  }
  return best
}
