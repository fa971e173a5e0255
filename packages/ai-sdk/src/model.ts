import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider'
import {
  carry,
  type AnswerStream,
  type CallRecord,
  type Provider,
  type Target,
} from '@holdfast/core'
import { openStream } from '@holdfast/core/stream'
import { aiSdk } from '@holdfast/providers'

/** What flows in: the SDK's call options, and whether the host wants a stream. */
export interface ModelRequest extends LanguageModelV4CallOptions {
  readonly stream: boolean
}

/** What flows back: a whole result, or one with a stream that has said its first word. */
export type ModelResponse = LanguageModelV4GenerateResult | LanguageModelV4StreamResult

/** A model of any generation: unions are open, and what a newer SDK adds passes through. */
export interface AnyModel {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  readonly supportedUrls: LanguageModelV4['supportedUrls']
  doGenerate(options: never): PromiseLike<unknown>
  doStream(options: never): PromiseLike<{ readonly stream: ReadableStream<unknown> }>
}

/** A stream's last part is to tell what its call has tried, before the call is over. */
const records = new WeakMap<AnswerStream, CallRecord>()

export const recordOf = (stream: AnswerStream): CallRecord | undefined => records.get(stream)

/** A model as a provider of a pipeline: its streams answer with their first content. */
export const modelProvider = (given: AnyModel): Provider<ModelRequest, ModelResponse> => {
  // Older generations lack some words of the newest, and mean the same by the rest.
  const model = given as unknown as LanguageModelV4
  return async ({ stream, ...options }, ctx) => {
    const params = { ...options, abortSignal: ctx.signal }
    if (!stream) return model.doGenerate(params)
    const result = await model.doStream(params)
    const live = await openStream<LanguageModelV4StreamPart>(result.stream, {
      ctx,
      protocol: aiSdk.stream,
    })
    records.set(live, ctx.call)
    return carry({ ...result }, live)
  }
}

/** What a model is called, in notes and among targets. */
export const nameOf = ({ provider, modelId }: Pick<AnyModel, 'provider' | 'modelId'>): string =>
  `${provider}/${modelId}`

/** A model as a target of `fallback`. */
export const modelTarget = (model: AnyModel): Target<ModelRequest, ModelResponse> => ({
  id: nameOf(model),
  provider: model.provider,
  model: model.modelId,
  call: modelProvider(model),
})
