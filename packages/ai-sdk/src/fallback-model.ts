import { ConfigurationError, FLOORS, infoOf, pipeline, quote } from '@holdfast/core'
import type { PipelineOptions, Policy, Target } from '@holdfast/core'
import { fallback, type FallbackOptions } from '@holdfast/fallback'
import { aiSdk } from '@holdfast/providers'

import {
  modelProvider,
  modelTarget,
  nameOf,
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

/**
 * One language model of several: the next answers when one fails, and who did is in `providerMetadata.holdfast`.
 * Nothing in it changes with a call: any number of calls at once fall back each for itself.
 *
 * As targets they are called `provider/modelId`; the same again, with another key say, `provider/modelId#2`.
 *
 * @example
 * const model = fallbackModel([openai('gpt-5'), anthropic('claude-sonnet-5')], { policies: [retry()] })
 *
 * @throws ConfigurationError for an empty list, what is no model, models of two generations, or a wrong option
 */
export const fallbackModel = (
  models: readonly AnyModel[],
  { policies = [], on, onlyOn, order, stickyBy, stickyMs, ...options }: FallbackModelOptions = {},
): ResilientModel => {
  const [first, ...others] = Array.isArray(models) ? (models as readonly AnyModel[]) : []
  if (first === undefined)
    throw new ConfigurationError(
      `fallbackModel: models must be a list with at least one model, got ${quote(models)}`,
    )
  for (const model of [first, ...others]) {
    assertModel('fallbackModel', model)
    assertSame(first, model)
  }
  const failover = { on, onlyOn, order, stickyBy, stickyMs } as FallbackOptions<ModelRequest>
  const inOrder = [...policies, fallback(targetsOf([first, ...others]), failover)].toSorted(
    (a, b) => floorOf(a) - floorOf(b),
  )
  const { provider, modelId } = first
  return modelAround(
    [first, ...others],
    pipeline<ModelRequest, ModelResponse, readonly []>(modelProvider(first), inOrder as never, {
      name: modelId,
      provider,
      model: modelId,
      dialect: aiSdk,
      ...options,
    }),
  )
}

/** The SDK writes prompts for one generation, and the other would find its files where it does not look for them. */
const assertSame = (first: AnyModel, model: AnyModel): void => {
  const [is, was] = [model.specificationVersion, first.specificationVersion]
  if (is !== was)
    throw new ConfigurationError(
      `fallbackModel: models must be of one generation, got ${quote(is)} (${nameOf(model)}) ` +
        `beside ${quote(was)}; wrapLanguageModel({ model, middleware: [] }) makes it the newest`,
    )
}

/** A model listed twice is two targets, each with a circuit of its own: one key may be spent and the other not. */
const targetsOf = (models: readonly AnyModel[]): Target<ModelRequest, ModelResponse>[] => {
  const times = new Map<string, number>()
  return models.map((model, at) => {
    const { id, call, ...target } = modelTarget(model)
    const nth = (times.get(id) ?? 0) + 1
    times.set(id, nth)
    // The first is the pipeline's own provider: with a call here it would be asked twice.
    return { ...target, ...(at > 0 && { call }), id: nth === 1 ? id : `${id}#${nth}` }
  })
}

/** A plain function of the user's stands where it can see every attempt: innermost. */
const floorOf = (policy: unknown): number => {
  const floor = infoOf(policy)?.floor
  return floor === undefined ? Infinity : FLOORS[floor]
}
