import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import { timeout } from '@holdfast/core'
import { anthropicMiddleware, resilientFetch, type ResilientFetch } from '@holdfast/fetch'
import { retry } from '@holdfast/retry'
import OpenAI from 'openai'

// One constructor argument for each SDK; nothing else in the app changes, streams included.

/** What every client of this app goes through. */
const policies = () =>
  [
    retry({ maxAttempts: 3, baseDelayMs: 250 }),
    circuitBreaker(),
    // Until the first words, and between two of them.
    timeout({ firstContentMs: 20_000, idleMs: 15_000 }),
  ] as const

/** Base URLs; in the tests they lead to a server that fails on purpose. */
export interface Urls {
  readonly openai?: string
  readonly anthropic?: string
  readonly google?: string
}

export interface Clients {
  readonly openai: OpenAI
  readonly anthropic: Anthropic
  readonly google: GoogleGenAI
  readonly vercel: OpenAIProvider
  /** For requests without an SDK, and for its events. */
  readonly fetch: ResilientFetch
}

export const clients = (apiKey: string, urls: Urls = {}): Clients => {
  // Shared, so that all that goes to OpenAI knows together how it does.
  const fetch = resilientFetch(policies(), { name: 'openai', provider: 'openai' })
  return {
    fetch,
    openai: new OpenAI({ apiKey, fetch, maxRetries: 0, baseURL: urls.openai }),
    vercel: createOpenAI({ apiKey, fetch, ...(urls.openai && { baseURL: urls.openai }) }),
    anthropic: new Anthropic({
      apiKey,
      middleware: [anthropicMiddleware(policies(), { name: 'anthropic', provider: 'anthropic' })],
      maxRetries: 0,
      baseURL: urls.anthropic,
    }),
    google: new GoogleGenAI({
      apiKey,
      httpOptions: {
        fetch: resilientFetch(policies(), { name: 'gemini', provider: 'google' }),
        ...(urls.google && { baseUrl: urls.google }),
      },
    }),
  }
}
