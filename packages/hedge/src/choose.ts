import { misfit, type Context, type TargetInfo } from '@holdfast/core'

/**
 * Where the second attempt goes: to the first other target that can serve the request, is well and has room, or,
 * where no other is listed, to the same one again. Undefined when it would only add to somebody's trouble.
 */
export const rivalOf = (
  {
    target: own,
    health,
    dialect,
    request,
  }: Pick<Context, 'target' | 'health' | 'dialect' | 'request'>,
  targets: readonly TargetInfo[] | undefined,
  now: number,
): TargetInfo | undefined => {
  const others = targets?.filter(({ id }) => id !== own.id) ?? []
  const needs = others.length > 0 ? dialect?.needs(request) : undefined
  const candidates = others.length > 0 ? others.filter((other) => !misfit(other, needs)) : [own]
  return candidates.find(({ id }) => health.of(id).state === 'healthy' && health.isReady(id, now))
}
