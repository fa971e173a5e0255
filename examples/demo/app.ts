import { z } from 'zod'

import type { Route } from './workload.ts'

/** What the user sees. `note` is there when the app itself says that it is not a fresh answer. */
export interface Reply {
  readonly answer: unknown
  readonly note?: 'stale' | 'degraded'
}

/** An app over two providers. It throws when it has no answer; `signal` aborts when the user leaves. */
export type App = Readonly<Record<Route, (prompt: string, signal: AbortSignal) => Promise<Reply>>>

/** Where a provider is; without `baseURL` it is the real one. */
export interface Place {
  readonly apiKey: string
  readonly baseURL?: string
}

/** Both providers of one contender. */
export interface Places {
  readonly openai: Place
  readonly anthropic: Place
}

export const GPT = 'gpt-5-mini'
export const CLAUDE = 'claude-haiku-4-5'

/** What the extraction must come to. */
export const Invoice = z.object({
  id: z.string(),
  customer: z.string(),
  totalCents: z.int(),
  items: z.array(z.object({ description: z.string(), quantity: z.int(), unitCents: z.int() })),
})
export type Invoice = z.infer<typeof Invoice>
