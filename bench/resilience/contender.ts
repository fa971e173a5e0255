import type { Engine } from './engine/engine.ts'
import type { ProviderName } from './scenario.ts'

/** Where a contender puts what its user gets to see. */
export interface Delivery {
  /** Text, in the order in which it is shown; a whole answer is written at once. */
  write(text: string): void
  /** What was shown is taken back: a new answer follows. */
  reset(): void
  /** The answer is an old one, and says so. */
  stale(): void
}

/** What one logical request asks for. */
export interface Question {
  readonly prompt: string
  readonly stream: boolean
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
}

/** Resolves when it claims that the delivered answer is whole and right; rejects when it gives up. */
export type Ask = (question: Question, delivery: Delivery) => Promise<void>

/** What a contender is built from. */
export interface Means {
  readonly fetch: typeof fetch
  /** The base URL of each provider; without a `fallback` there is none. */
  readonly urls: { readonly primary: string; readonly fallback?: string }
  readonly deadlineMs: number
  /** The providers themselves: for the clairvoyant only. */
  readonly engine: Engine
}

/** One way of calling models. Each run builds it afresh. */
export interface Contender {
  readonly name: string
  /** What a reader of the tables should know of its configuration. */
  readonly about: string
  /** Imports are made before time is replaced. */
  readonly load: () => Promise<(means: Means) => Ask>
}

/** The providers in order of preference. */
export const listed = ({ urls }: Means): readonly (readonly [ProviderName, string])[] =>
  urls.fallback === undefined
    ? [['primary', urls.primary]]
    : [
        ['primary', urls.primary],
        ['fallback', urls.fallback],
      ]
