import { ConfigurationError, FLOORS, infoOf, pipeline, quote } from '@holdfast/core'
import type { PipelineOptions, Policy } from '@holdfast/core'
import { fallback, type FallbackOptions } from '@holdfast/fallback'
import { aiSdk } from '@holdfast/providers'

import {
  modelProvider,
  modelTarget,
  type AnyModel,
  type ModelRequest,
  type ModelResponse,
} from './model.ts'
import { assertModel, modelAround, type ResilientModel } from './resilient.ts'

export interface FallbackModelOptions
  extends FallbackOptions<ModelRequest>, PipelineOptions<ModelRequest> {
  /** More policies, in any order: each finds its floor, outside `fallback` (cache, deadline) or inside it (retry, timeout). @default none */
  readonly policies?: readonly Policy<ModelRequest, ModelResponse>[]
}

/** What is meant for `fallback`; the rest is the pipeline's. */
const FALLBACK_OPTIONS = ['on', 'onlyOn', 'order'] as const

/**
 * One language model of several: the next answers when one fails, and who did is in `providerMetadata.holdfast`.
 * Nothing in it changes with a call: any number of calls at once fall back each for itself.
 *
 * @example
 * const model = fallbackModel([openai('gpt-5'), anthropic('claude-sonnet-5')], { policies: [retry()] })
 *
 * @throws ConfigurationError for an empty list, what is no model, or a wrong option
 */
export const fallbackModel = (
  models: readonly AnyModel[],
  { policies = [], ...options }: FallbackModelOptions = {},
): ResilientModel => {
  const [first, ...others] = Array.isArray(models) ? (models as readonly AnyModel[]) : []
  if (first === undefined)
    throw new ConfigurationError(
      `fallbackModel: models must be a list with at least one model, got ${quote(models)}`,
    )
  for (const model of [first, ...others]) assertModel('fallbackModel', model)
  const { own, rest } = sorted(options)
  const inOrder = [
    ...policies,
    ...(others.length > 0 ? [fallback(others.map(modelTarget), own)] : []),
  ].toSorted((a, b) => floorOf(a) - floorOf(b))
  const { provider, modelId } = first
  return modelAround(
    first,
    pipeline<ModelRequest, ModelResponse, readonly []>(modelProvider(first), inOrder as never, {
      name: modelId,
      provider,
      model: modelId,
      dialect: aiSdk,
      ...rest,
    }),
  )
}

/** A plain function of the user's stands where it can see every attempt: innermost. */
const floorOf = (policy: unknown): number => {
  const floor = infoOf(policy)?.floor
  return floor === undefined ? Infinity : FLOORS[floor]
}

const sorted = (
  options: Omit<FallbackModelOptions, 'policies'>,
): { own: FallbackOptions<ModelRequest>; rest: PipelineOptions<ModelRequest> } => {
  const entries = Object.entries(options)
  const isOwn = ([name]: [string, unknown]): boolean =>
    (FALLBACK_OPTIONS as readonly string[]).includes(name)
  return {
    own: Object.fromEntries(entries.filter(isOwn)),
    rest: Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  }
}
