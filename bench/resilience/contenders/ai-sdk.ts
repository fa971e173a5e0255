import type { createOpenAI as CreateOpenAI } from '@ai-sdk/openai'
import type * as AI from 'ai'

import { listed, type Contender, type Delivery, type Means, type Question } from '../contender.ts'
import { validated } from '../engine/answer.ts'
import { MODEL } from '../engine/bodies.ts'

interface Options {
  readonly maxRetries?: number
}

/** One question by the AI SDK; whole answers are validated by the application. */
export const askSdk = async (
  ai: typeof AI,
  model: AI.LanguageModel,
  { prompt, stream, signal }: Question,
  delivery: Delivery,
  options: Options = {},
): Promise<void> => {
  const call = { model, prompt, abortSignal: signal, ...options }
  if (!stream) {
    const { text } = await ai.generateText(call)
    return delivery.write(validated(text))
  }
  await showSdkStream(ai.streamText, call, delivery)
}

/** Its loop of the README; an error that it was told of on the side counts as a failure, not as a success. */
export const showSdkStream = async (
  streamText: typeof AI.streamText,
  call: Parameters<typeof AI.streamText>[0],
  delivery: Delivery,
): Promise<void> => {
  let failure: unknown
  const { textStream } = streamText({
    ...call,
    onError: ({ error }) => {
      failure = error
    },
    onAbort: () => {
      failure ??= new Error('aborted')
    },
  })
  for await (const text of textStream) delivery.write(text)
  // oxlint-disable-next-line typescript/only-throw-error
  if (failure !== undefined) throw failure
}

/** A model of one of the providers. */
export const sdkModel = (
  createOpenAI: typeof CreateOpenAI,
  { fetch }: Means,
  name: string,
  baseURL: string,
): ReturnType<ReturnType<typeof createOpenAI>['chat']> =>
  // Without names of their own ai-retry takes them for one model, and does not go on to the second.
  createOpenAI({ name, apiKey: 'sk-bench', baseURL, fetch }).chat(MODEL)

export const aiSdk: Contender = {
  name: 'ai-sdk',
  about: 'generateText and streamText as they come: two retries, no fallback',
  load: async () => {
    const [ai, { createOpenAI }] = await Promise.all([import('ai'), import('@ai-sdk/openai')])
    return (means) => {
      const model = sdkModel(createOpenAI, means, 'primary', means.urls.primary)
      return (question, delivery) => askSdk(ai, model, question, delivery)
    }
  },
}

export const aiFallback: Contender = {
  name: 'ai-fallback',
  about: 'createFallback({ models }) under generateText and streamText as they come',
  load: async () => {
    const [ai, { createOpenAI }, { createFallback }] = await Promise.all([
      import('ai'),
      import('@ai-sdk/openai'),
      import('ai-fallback'),
    ])
    return (means) => {
      const models = listed(means).map(([name, url]) => sdkModel(createOpenAI, means, name, url))
      const model = createFallback({ models })
      return (question, delivery) => askSdk(ai, model, question, delivery)
    }
  },
}
