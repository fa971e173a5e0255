import type { FaultKind } from '@holdfast/core'

/** A wall clock that was set back makes an answer young, not negative. */
export const ageOf = (storedAt: number, now: number): number => Math.max(0, now - storedAt)

/**
 * Faults that an old answer may not cover: the caller left, the request itself is wrong, or it met a safety
 * decision, which is never routed around silently.
 */
const NOT_COVERED: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'aborted',
  'invalid-request',
  'context-window',
  'content-filtered',
  'refused',
])

/** May an old answer stand in after this fault? */
export const isCovered = (kind: FaultKind): boolean => !NOT_COVERED.has(kind)
