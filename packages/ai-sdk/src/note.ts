import type { LanguageModelV4GenerateResult, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import type { Attempt, Usage } from '@holdfast/core'

/** What stands in `providerMetadata.holdfast` of every answer. */
export interface HoldfastMetadata {
  /** The model that was asked for, as `provider/model`. */
  readonly requested: string
  /** The one that answered. */
  readonly served: string
  /** All upstream requests of the call. */
  readonly attempts: number
  /** Tokens of all of them, as far as they are known. */
  readonly totalUsage: { readonly inputTokens: number; readonly outputTokens: number }
}

const nameOf = ({ provider, model }: Pick<Attempt, 'provider' | 'model'>): string =>
  model === undefined ? provider : `${provider}/${model}`

/** The attempt that answers: of several at once (hedged) not the latest, but the one that has said something. */
export const servingOf = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.findLast(
    ({ outcome, firstContentAt }) =>
      outcome === 'succeeded' || (outcome === 'pending' && firstContentAt !== undefined),
  )

/** The note of a model of ours inside this one: what is one attempt here was a call there. */
const innerOf = (metadata: SharedV4ProviderMetadata | undefined): HoldfastMetadata | undefined =>
  metadata?.['holdfast'] as HoldfastMetadata | undefined

const noteOf = (
  requested: string,
  attempts: readonly Attempt[],
  inner: HoldfastMetadata | undefined,
  last: Usage | undefined,
): HoldfastMetadata => {
  const serving = servingOf(attempts)
  // A stream is not over when its last part goes by: its own usage is not in the record yet.
  const usages = attempts.map((attempt) =>
    attempt === serving ? (inner?.totalUsage ?? last ?? attempt.usage) : attempt.usage,
  )
  const sum = (of: 'inputTokens' | 'outputTokens'): number =>
    usages.reduce((total, usage) => total + (usage?.[of] ?? 0), 0)
  return {
    requested,
    served: inner?.served ?? (serving === undefined ? requested : nameOf(serving)),
    attempts: attempts.length + (inner === undefined ? 0 : inner.attempts - 1),
    totalUsage: { inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens') },
  }
}

/** What the model said of its answer, with the note of what it took. */
export const withNote = (
  metadata: SharedV4ProviderMetadata | undefined,
  requested: string,
  attempts: readonly Attempt[],
  last?: Usage,
): SharedV4ProviderMetadata => ({
  ...metadata,
  holdfast: { ...noteOf(requested, attempts, innerOf(metadata), last) },
})

/** The result with who served it: hosts take the model from `response.modelId`. */
export const noted = (
  result: LanguageModelV4GenerateResult,
  requested: string,
  attempts: readonly Attempt[],
  modelId: string,
): LanguageModelV4GenerateResult => ({
  ...result,
  response: { ...result.response, modelId: result.response?.modelId ?? modelId },
  providerMetadata: withNote(result.providerMetadata, requested, attempts),
})
