import { circuitBreaker } from '@holdfast/circuit-breaker'
import { deadline, timeout } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import { endpoint, resilientFetch, type ResilientFetch } from '@holdfast/fetch'
import { retry } from '@holdfast/retry'

// Three places that speak the same wire, behind one client: the key, the URL and the model change on the way.

export interface Places {
  readonly azure: { readonly baseURL: string; readonly apiKey: string }
  readonly groq: { readonly baseURL: string; readonly apiKey: string }
}

/** For `new OpenAI({ fetch, maxRetries: 0 })`: OpenAI first, then the same model at Azure, then another one at Groq. */
export const threePlaces = ({ azure, groq }: Places): ResilientFetch =>
  resilientFetch([
    deadline({ timeoutMs: 120_000 }),
    fallback([
      endpoint({ provider: 'openai' }),
      endpoint({ ...azure, provider: 'azure-openai' }),
      endpoint({ ...groq, provider: 'groq', model: 'openai/gpt-oss-120b' }),
    ]),
    retry({ maxAttempts: 2 }),
    circuitBreaker(),
    timeout({ firstContentMs: 20_000, idleMs: 15_000 }),
  ])
