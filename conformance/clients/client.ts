import type { Stack } from '../stack.ts'

/** The four wires of the fault server. */
export type Protocol = 'chat' | 'responses' | 'messages' | 'gemini'

/** One question of a consumer. */
export interface Ask {
  /** Where the fault server is. */
  readonly url: string
  readonly prompt: string
  readonly stack: Stack
  /** Leaves the SDK's own retries as they are, although holdfast retries too. */
  readonly careless?: boolean
}

/** What reaches a consumer: text to show, or an error that its client reports without throwing it. */
export type Delta = { readonly text: string } | { readonly error: unknown }

/** A way to stream an answer, written as its documentation shows it. */
export interface Client {
  readonly name: string
  readonly protocol: Protocol
  readonly read: (ask: Ask) => AsyncIterable<Delta>
}

/** The models that the requests ask for. */
export const MODELS = { openai: 'gpt-5', anthropic: 'claude-sonnet-5', gemini: 'gemini-3-pro' }

/** What the clients tell their SDK: the `fetch` of the stack, and no retries of its own where the stack retries. */
export const sdkOptions = ({
  stack,
  careless = false,
}: Ask): {
  readonly apiKey: string
  readonly fetch?: typeof fetch
  readonly maxRetries?: number
} => ({
  apiKey: 'none',
  ...(stack.fetch && { fetch: stack.fetch }),
  ...(stack.retries && !careless && { maxRetries: 0 }),
})
