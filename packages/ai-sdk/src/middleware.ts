import type { LanguageModelV4Middleware } from '@ai-sdk/provider'
import type { InOrder, PipelineOptions, Policy } from '@holdfast/core'

import type { AnyModel, ModelRequest, ModelResponse } from './model.ts'
import { resilient, type ResilientModel } from './resilient.ts'

/**
 * Policies as a middleware of `wrapLanguageModel`: for what concerns one model (retry, breaker, timeout, cache); another
 * model is the business of `fallbackModel`.
 *
 * @example
 * const model = wrapLanguageModel({ model: openai('gpt-5'), middleware: holdfastMiddleware([retry()]) })
 */
export function holdfastMiddleware<const P extends readonly unknown[]>(
  policies: readonly Policy<ModelRequest, ModelResponse>[] & P & InOrder<P>,
  options?: PipelineOptions<ModelRequest>,
): LanguageModelV4Middleware {
  // One middleware may wrap several models; each has its pipeline, and the policies' state is theirs together.
  const models = new WeakMap<AnyModel, ResilientModel>()
  const around = (model: AnyModel): ResilientModel => {
    let wrapped = models.get(model)
    if (wrapped === undefined) models.set(model, (wrapped = resilient<P>(model, policies, options)))
    return wrapped
  }
  return {
    specificationVersion: 'v4',
    wrapGenerate: ({ model, params }) => around(model).doGenerate(params),
    wrapStream: ({ model, params }) => around(model).doStream(params),
  }
}
