import type { LanguageModelV4 } from '@ai-sdk/provider'
import { ConfigurationError, pipeline, quote } from '@holdfast/core'
import type { Handler, InOrder, PipelineOptions, Policy } from '@holdfast/core'
import { aiSdk } from '@holdfast/providers'

import { hostOf } from './host.ts'
import { modelProvider, type AnyModel, type ModelRequest, type ModelResponse } from './model.ts'
import { supportedUrlsOf } from './supported-urls.ts'

/** A language model for any function of the SDK, and the pipeline behind it. */
export type ResilientModel = LanguageModelV4 & {
  /** For its events, its description, and calls with a report. */
  readonly handler: Handler<ModelRequest, ModelResponse>
}

/**
 * A language model with policies around it: `generateText`, `streamText` and all that stands on them work unchanged.
 * What the policies give up on is not retryable to the SDK, so that its own `maxRetries` adds no requests.
 *
 * @example
 * const model = resilient(openai('gpt-5'), [retry(), circuitBreaker(), timeout({ timeoutMs: 30_000 })])
 * const { text } = await generateText({ model, prompt })
 *
 * @throws ConfigurationError when `model` is no language model, or the policies cannot work together
 */
export function resilient<const P extends readonly unknown[]>(
  model: AnyModel,
  policies: readonly Policy<ModelRequest, ModelResponse>[] & P & InOrder<P>,
  options?: PipelineOptions<ModelRequest>,
): ResilientModel {
  assertModel('resilient', model)
  const { provider, modelId } = model
  const handler = pipeline<ModelRequest, ModelResponse, P>(modelProvider(model), policies, {
    name: modelId,
    provider,
    model: modelId,
    dialect: aiSdk,
    ...options,
  })
  return modelAround([model], handler)
}

/** @throws ConfigurationError in a sentence that names `owner` */
export const assertModel = (owner: string, model: unknown): void => {
  const { doGenerate, doStream } = (model ?? {}) as Partial<AnyModel>
  if (typeof doGenerate !== 'function' || typeof doStream !== 'function')
    throw new ConfigurationError(
      `${owner}: model must be a language model of the AI SDK, such as openai('gpt-5'), got ${quote(model)}`,
    )
}

/** One model in place of several, in the name of the first. */
export const modelAround = (
  models: readonly [AnyModel, ...AnyModel[]],
  handler: Handler<ModelRequest, ModelResponse>,
): ResilientModel => {
  const [{ specificationVersion, provider, modelId }] = models
  return {
    // The generation of the models inside: the SDK translates between them by this word.
    specificationVersion: specificationVersion as 'v4',
    provider,
    modelId,
    get supportedUrls() {
      return supportedUrlsOf(models)
    },
    handler,
    ...hostOf(handler, models[0]),
  }
}
