import type { Fault, Price, TargetInfo } from '@holdfast/core'

/** What a target came to, as far as the choice of the next one needs it. */
export interface Failed {
  readonly target: TargetInfo
  readonly fault: Fault
}

/** Least first, equals as they stand. */
export const ranked = <T>(items: readonly T[], rank: (item: T) => number): T[] =>
  // Not a subtraction: Infinity - Infinity is NaN, and NaN makes the order of a sort anything.
  items.toSorted((a, b) => Number(rank(a) > rank(b)) - Number(rank(a) < rank(b)))

/** US dollars per million tokens of a typical request: three tokens in for each one out, the usual blend. */
export const blendedPrice = (price: Price | undefined): number =>
  price === undefined ? Infinity : (3 * price.inputPerMillion + price.outputPerMillion) / 4

/** Does what befell one target say that another, of the same provider, key or model, is likely to fail too? */
const reaches = ({ target: failed, fault: { scope } }: Failed, target: TargetInfo): boolean => {
  if (scope === 'request' || failed.provider !== target.provider) return false
  if (scope === 'key') return failed.key === target.key
  if (scope === 'model') return failed.model === target.model
  return true
}

/** How little to hope from a target: 0 is best. */
const doubt = (target: TargetInfo, failures: readonly Failed[]): number => {
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
export const choose = <T extends TargetInfo>(
  targets: readonly T[],
  failures: readonly Failed[],
  readyAt: (target: T) => number,
): T | undefined =>
  ranked(
    ranked(targets, (target) => doubt(target, failures)),
    readyAt,
  )[0]
