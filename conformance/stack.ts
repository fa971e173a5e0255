import type { Middleware } from '@anthropic-ai/sdk'
import type { AnyModel } from '@holdfast/ai-sdk'

import type { ChatChunk } from './clients/chunk.ts'

/** How a client's requests are made: as they come, or through holdfast. */
export interface Stack {
  readonly name: 'asTheyCome' | 'holdfast'
  /** Whether it retries, so that the SDK should not. */
  readonly retries: boolean
  /** The `fetch` that SDKs are given; their own when there is none. */
  readonly fetch: typeof fetch | undefined
  /** What Anthropic's `middleware` option is given. */
  readonly middleware: readonly Middleware[]
  /** Wraps a model of the AI SDK. */
  readonly model: (model: AnyModel) => AnyModel
  /** Wraps a plain function that streams. */
  readonly stream: (
    open: (prompt: string, signal?: AbortSignal) => AsyncIterable<ChatChunk>,
  ) => (prompt: string) => Promise<AsyncIterable<ChatChunk>>
}

/** Every client as its package ships it. */
export const asTheyCome = (): Stack => ({
  name: 'asTheyCome',
  retries: false,
  fetch: undefined,
  middleware: [],
  model: (model) => model,
  stream: (open) => async (prompt) => open(prompt),
})

/** How many attempts a call may make where holdfast retries. */
export const ATTEMPTS = 3
