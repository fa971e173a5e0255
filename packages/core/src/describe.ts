import { ConfigurationError } from './errors.ts'
import { isHandler } from './handler.ts'
import { quote } from './options.ts'
import { FLOORS, infoOf } from './policy.ts'
import type { PipelineShape } from './shape.ts'

/** What a pipeline is, told before any call. */
export interface PipelineDescription {
  readonly name: string
  readonly provider: string
  /** Outermost first. */
  readonly policies: readonly { readonly name: string; readonly floor: string | undefined }[]
  /** Most upstream requests that one call can make. */
  readonly maxRequests: number
  /** Longest time that one call can take, in milliseconds. */
  readonly maxMs: number
  readonly warnings: readonly string[]
}

/** The name of a policy, for errors and descriptions. */
export const nameOf = (policy: unknown): string =>
  infoOf(policy)?.name ?? ((policy as { name?: string }).name || 'custom policy')

/** Refuses nonsense that the compiler may not have seen, in lists made at run time. */
export const assertOrder = (policies: readonly unknown[]): void => {
  let above: { readonly name: string; readonly level: number } | undefined
  const seen = new Set<unknown>()
  for (const policy of policies) {
    if (typeof policy !== 'function')
      throw new ConfigurationError(`pipeline: a policy must be a function, got ${quote(policy)}`)
    if (seen.has(policy) && infoOf(policy))
      throw new ConfigurationError(
        `pipeline: the same '${nameOf(policy)}' stands twice in one chain; it would count every call twice`,
      )
    seen.add(policy)
    const info = infoOf(policy)
    if (info === undefined || info.anywhere) continue
    const level = FLOORS[info.floor]
    if (above !== undefined && level < above.level)
      throw new ConfigurationError(
        `'${info.name}' must stand before (outside) '${above.name}'; if you mean it, say anywhere(${info.name}(…))`,
      )
    above = { name: info.name, level }
  }
}

const SDK_RETRIES =
  'if the provider function calls an SDK that retries by itself (openai and @anthropic-ai/sdk: twice), every attempt is up to three requests: set maxRetries: 0 there and providerRetries: 0 here'

/** The worst case of the provider alone. */
export const innermostShape = (
  provider: unknown,
  providerRetries: number | undefined,
): PipelineShape => {
  if (isHandler(provider)) {
    const { maxRequests, maxMs, policies, warnings } = provider.describe()
    const retryLayers = policies.filter(({ floor }) => floor === 'retry').length
    return { maxRequests, maxMs, retryLayers, warnings }
  }
  const retries = providerRetries ?? 0
  const warnings =
    retries > 0
      ? [
          `the provider retries ${retries} times by itself: every attempt is up to ${retries + 1} requests`,
        ]
      : []
  return { maxRequests: retries + 1, maxMs: Infinity, retryLayers: retries > 0 ? 1 : 0, warnings }
}

/** Folds the worst case from the inside out; policies may refuse a combination here. */
export const shapeOf = (
  provider: unknown,
  policies: readonly unknown[],
  providerRetries: number | undefined,
): PipelineShape => {
  let shape = innermostShape(provider, providerRetries)
  for (const policy of policies.toReversed()) shape = infoOf(policy)?.shape?.(shape) ?? shape
  const repeats = policies.some((policy) => infoOf(policy)?.floor === 'retry')
  if (!repeats || isHandler(provider) || providerRetries !== undefined) return shape
  return { ...shape, warnings: [...shape.warnings, SDK_RETRIES] }
}
