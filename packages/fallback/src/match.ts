import type { TargetInfo } from '@holdfast/core'

import type { Failed } from './order.ts'

/** Why a target is no way out of the context windows that were full; undefined when its own is, or may be, larger. */
export const tooSmall = (
  { contextWindow = Infinity }: TargetInfo,
  failures: readonly Failed[],
): string | undefined => {
  const full = failures.find(
    ({ fault, target }) =>
      fault.kind === 'context-window' && contextWindow <= (target.contextWindow ?? -Infinity),
  )
  return (
    full && `its window of ${contextWindow} tokens is not larger than that of '${full.target.id}'`
  )
}
