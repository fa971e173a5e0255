import type { Context } from '@holdfast/core'

import { sha256 } from '#sha256'

import { canonical } from './canonical.ts'
import { ignoring } from './ignored.ts'

/** Whose answers they are: everybody's, or those of the tenant that this function names. */
export type CacheScope<Req> = 'shared' | ((ctx: Context<Req>) => string)

/**
 * What identifies an answer: the scope, the route, the pipeline's provider and model, and the whole request
 * without the declared noise.
 *
 * The route, because another one's validators have not seen the answer. Not the target: the cache stands outside
 * fallback, and whichever target answers, it answers this request.
 *
 * @throws TypeError when the request has no canonical text, or the scope no name
 */
export const keyMaker = <Req>(
  scope: CacheScope<Req>,
  ignore: readonly string[],
): ((ctx: Context<Req>) => string | Promise<string>) => {
  const ignored = ignoring(ignore)
  return (ctx) => {
    const { route, provider, model, request } = ctx
    // null for everybody: a tenant may be called 'shared'.
    const owner = scope === 'shared' ? null : named(scope(ctx))
    return sha256(canonical([owner, route, provider, model]) + canonical(request, ignored))
  }
}

/** A tenant that is not known must not share with all the others who are not known. */
const named = (owner: unknown): string => {
  if (typeof owner === 'string' && owner !== '') return owner
  throw new TypeError("cache: 'scope' must return a text that is not empty")
}
