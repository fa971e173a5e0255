import type { CallContext } from './call-context.ts'
import type { Overrides } from './context.ts'
import { scopeOf } from './scope.ts'

/**
 * A fork with some parts replaced. By name, for policies hand down objects of many shapes: to ask each of them for every
 * part costs more than the rest of a fork.
 */
export const forkWith = <Req>(ctx: CallContext<Req>, over: Overrides<Req>): CallContext<Req> => {
  const fork = ctx.fork()
  let { provider, model } = ctx
  for (const name in over) {
    const value = over[name as keyof Overrides<Req>] as never
    if (value === undefined) continue
    if (name === 'target') fork.target = value
    else if (name === 'scope') fork.scope = value
    else if (name === 'deadline') fork.deadline = value
    else if (name === 'attempt') fork.attempt = value
    else if (name === 'request') fork.request = value
    else if (name === 'alternatives') fork.alternatives = value
    else if (name === 'signal') {
      if (over.scope === undefined) fork.scope = scopeOf(value)
    } else if (name === 'provider') provider = value
    else if (name === 'model') model = value
  }
  const elsewhere = provider !== ctx.provider || model !== ctx.model
  if (over.target === undefined && elsewhere)
    fork.target = ctx.site.targetFor(provider, model) as typeof fork.target
  return fork
}
