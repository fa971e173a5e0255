import { fallbackModel, type AnyModel, type HoldfastMetadata } from '@holdfast/ai-sdk'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { deadline, timeout } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import type { ModelMessage } from 'ai'
import { streamText } from 'ai'

// The route of a `useChat` page, with two models behind it. The page and `streamText` know nothing of it: what fails
// before the first word is mended unseen, and what breaks after it is an error on the stream, never a short answer.

/** One model of two, for all calls of the process: it holds what is known of both. */
export const resilientModel = (
  first: AnyModel,
  second: AnyModel,
): ReturnType<typeof fallbackModel> =>
  fallbackModel([first, second], {
    name: 'chat',
    policies: [
      deadline({ timeoutMs: 60_000 }),
      retry({ baseDelayMs: 200 }),
      circuitBreaker(),
      timeout({ timeoutMs: 30_000, firstContentMs: 5_000, idleMs: 10_000 }),
    ],
  })

/** `POST /api/chat` of a `useChat` page. */
export const respond = (
  model: ReturnType<typeof resilientModel>,
  messages: ModelMessage[],
  signal: AbortSignal,
  log: (note: HoldfastMetadata | undefined) => void,
): Response =>
  streamText({
    model,
    messages,
    abortSignal: signal,
    onEnd: ({ providerMetadata }) =>
      log(providerMetadata?.['holdfast'] as unknown as HoldfastMetadata | undefined),
  }).toUIMessageStreamResponse()
