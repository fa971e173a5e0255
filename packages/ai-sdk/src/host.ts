import type {
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider'
import { liveOf, type AnswerStream, type Attempt, type Handler } from '@holdfast/core'

import { givenUp } from './give-up.ts'
import { nameOf, recordOf, type AnyModel, type ModelRequest, type ModelResponse } from './model.ts'
import { noted, servingOf, withNote } from './note.ts'
import { outletOf, partsOf } from './parts.ts'
import { streamOf } from './whole.ts'

/** The two calls of a language model, through a handler. */
export interface Host {
  doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult>
  doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult>
}

export const hostOf = (
  handler: Handler<ModelRequest, ModelResponse>,
  model: Pick<AnyModel, 'provider' | 'modelId'>,
): Host => {
  const requested = nameOf(model)
  const { modelId } = model
  // The caller's signal is no part of what is asked: the same question again is the same to a cache.
  const call = async (
    { abortSignal, ...options }: LanguageModelV4CallOptions,
    stream: boolean,
  ): ReturnType<typeof handler.withReport> => {
    try {
      return await handler.withReport(
        { ...options, stream },
        abortSignal && { signal: abortSignal },
      )
    } catch (error) {
      throw givenUp(error)
    }
  }
  return {
    async doGenerate(options) {
      const { response, report } = await call(options, false)
      const { attempts, served } = await report
      return noted(
        response as LanguageModelV4GenerateResult,
        requested,
        attempts,
        served?.model ?? modelId,
      )
    },
    async doStream(options) {
      const result = (await call(options, true)).response as LanguageModelV4StreamResult
      const live = liveOf(result) as AnswerStream<LanguageModelV4StreamPart> | undefined
      // What a cache or a `degrade` gives has no attempt behind it.
      const attempts = (): readonly Attempt[] => (live && recordOf(live)?.attempts) ?? []
      const parts = live?.[Symbol.asyncIterator]() ?? partsOf(streamOf(result))
      const stream = outletOf(parts, {
        modelId: () => servingOf(attempts())?.model ?? modelId,
        atFinish: (part) => ({
          ...part,
          providerMetadata: withNote(
            part.providerMetadata,
            requested,
            attempts(),
            live?.seen.usage,
          ),
        }),
      })
      return { ...result, stream }
    },
  }
}
