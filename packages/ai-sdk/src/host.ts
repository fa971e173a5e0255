import type {
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider'
import { liveOf, type AnswerStream, type Handler } from '@holdfast/core'

import { givenUp } from './give-up.ts'
import { nameOf, recordOf, type AnyModel, type ModelRequest, type ModelResponse } from './model.ts'
import { noted, noteOf, servingOf, withNote } from './note.ts'
import { outletOf } from './parts.ts'

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
  const call = async (options: LanguageModelV4CallOptions, stream: boolean) => {
    const { abortSignal } = options
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
        noteOf(requested, attempts),
        served?.model ?? modelId,
      )
    },
    async doStream(options) {
      const { response } = await call(options, true)
      const live = liveOf(response) as AnswerStream<LanguageModelV4StreamPart> | undefined
      // A stream that came from a cache or a `degrade` has no attempt behind it.
      if (live === undefined) return response as LanguageModelV4StreamResult
      const record = recordOf(live)
      const stream = outletOf(live[Symbol.asyncIterator](), {
        modelId: () => servingOf(record?.attempts ?? [])?.model ?? modelId,
        atFinish: (part) => ({
          ...part,
          providerMetadata: withNote(
            part.providerMetadata,
            noteOf(requested, record?.attempts ?? [], live.seen.usage),
          ),
        }),
      })
      return { ...(response as LanguageModelV4StreamResult), stream }
    },
  }
}
