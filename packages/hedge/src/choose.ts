import type { Health, TargetInfo } from '@holdfast/core'

/**
 * Where the second attempt goes: to the first other target that is well and has room, or, where no other is listed,
 * to the same one again. Undefined when it would only add to somebody's trouble.
 */
export const rivalOf = (
  own: TargetInfo,
  targets: readonly TargetInfo[] | undefined,
  health: Health,
  now: number,
): TargetInfo | undefined => {
  const others = targets?.filter(({ id }) => id !== own.id) ?? []
  const candidates = others.length > 0 ? others : [own]
  return candidates.find(({ id }) => health.of(id).state === 'healthy' && health.isReady(id, now))
}
