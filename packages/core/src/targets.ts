import type { Dialect } from './dialect.ts'
import type { Target } from './target.ts'

/** Models of one pipeline that are remembered; only a caller who invents model names has more. */
const MAX_MODELS = 1_000

type Own<Req> = Target<Req, unknown>

/** The pipeline's own provider as a target, one value per model, so that breakers and health find it by id. */
export const targets = <Req>(
  ownProvider: string,
  model: string | ((request: Req) => string | undefined) | undefined,
  dialect: Dialect | undefined,
): {
  targetFor: (provider: string | undefined, model: string | undefined) => Target<unknown, unknown>
  targetOf: (request: Req) => Own<Req>
} => {
  const known = new Map<string, Own<Req>>()
  const targetFor = (provider = ownProvider, named?: string): Own<Req> => {
    const id = named === undefined ? provider : `${provider}/${named}`
    let target = known.get(id)
    if (target === undefined) {
      if (known.size >= MAX_MODELS) known.clear()
      known.set(
        id,
        (target = named === undefined ? { id, provider } : { id, provider, model: named }),
      )
    }
    return target
  }

  const modelIn = (request: Req): string | undefined => {
    if (dialect !== undefined) return dialect.modelOf(request)
    const named = (request as { model?: unknown } | null | undefined)?.model
    return typeof named === 'string' ? named : undefined
  }
  const modelOf = typeof model === 'function' ? model : modelIn
  let latest = targetFor(ownProvider, typeof model === 'string' ? model : undefined)
  // Most requests of a route name the same model: no text is built for them.
  const targetOf = (request: Req): Own<Req> => {
    if (typeof model === 'string') return latest
    const named = modelOf(request)
    if (named !== latest.model) latest = targetFor(ownProvider, named)
    return latest
  }
  return {
    targetFor: targetFor as (
      provider: string | undefined,
      model: string | undefined,
    ) => Target<unknown, unknown>,
    targetOf,
  }
}

/** The key of breakers, pace and health. */
export const targetId = (ctx: { readonly target: { readonly id: string } }): string => ctx.target.id
