import type { Ask, Contender, Means } from '../contender.ts'
import { validated } from '../engine/answer.ts'
import { askSdk, sdkModel } from './ai-sdk.ts'

const TIMEOUT_MS = 10_000

/** The validation of the application, in the place that the library has for it. */
const isValid = (
  content: readonly { readonly type: string; readonly text?: string }[],
): boolean => {
  try {
    validated(content.map(({ text = '' }) => text).join(''))
    return true
  } catch {
    return false
  }
}

const load = (modelPerRequest: boolean) => async (): Promise<(means: Means) => Ask> => {
  const [ai, { createOpenAI }, forModels, forStreams, { error: streamError }] = await Promise.all([
    import('ai'),
    import('@ai-sdk/openai'),
    import('ai-retry/language-model'),
    import('ai-retry/stream-text'),
    import('ai-retry/stream-text/conditions'),
  ])
  const again = { delay: 1_000, backoffFactor: 2, timeout: TIMEOUT_MS }
  return (means) => {
    const { primary, fallback } = means.urls
    const model = sdkModel(createOpenAI, means, 'primary', primary)
    const next =
      fallback === undefined
        ? []
        : [{ model: sdkModel(createOpenAI, means, 'fallback', fallback), timeout: TIMEOUT_MS }]
    const retryable = () =>
      forModels.createRetryableModel({
        model,
        retries: [
          forModels.error.isRetryable(true).retry(again),
          ...next.map((to) => forModels.result(({ content }) => !isValid(content)).switch(to)),
          ...next,
        ],
      })
    const shared = retryable()

    return async (question, delivery) => {
      if (!question.stream) {
        const options = { maxRetries: 0, timeout: { totalMs: TIMEOUT_MS } }
        return askSdk(ai, modelPerRequest ? retryable() : shared, question, delivery, options)
      }
      let failure: unknown
      const { textStream } = await forStreams.experimental_retryableStreamText({
        model,
        prompt: question.prompt,
        abortSignal: question.signal,
        maxRetries: 0,
        // `firstChunkMs` does not see a stream that stalls before its headers.
        timeout: { stepMs: TIMEOUT_MS },
        retry: [streamError.isRetryable(true).retry(again), ...next],
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
  }
}

export const aiRetry: Contender = {
  name: 'ai-retry',
  about: 'one retryable model: once more after 1 s, then the fallback; 10 s an attempt',
  load: load(false),
}
export const aiRetryPerRequest: Contender = {
  name: 'ai-retry/req',
  about: 'the same with a retryable model for each request, around its shared cursor',
  load: load(true),
}
