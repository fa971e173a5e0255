import type { ProblemText } from '../problems/problem.ts'
import type { JsonObject } from '../request.ts'
import { anthropicError, anthropicRequestId } from './anthropic-error.ts'
import { geminiError } from './gemini-error.ts'
import { openaiError } from './openai-error.ts'
import type { Exchange, Provider } from './wire.ts'

/** What all responses of a provider have in common, whatever the endpoint. */
interface Manners {
  readonly headers: (id: string) => Readonly<Record<string, string>>
  readonly error: (
    exchange: Pick<Exchange, 'id'>,
    text: ProblemText,
    retryDelay?: string,
  ) => JsonObject
}

/** The manners of every provider. */
export const MANNERS: Readonly<Record<Provider, Manners>> = {
  openai: {
    headers: (id) => ({
      'x-request-id': `req_${id.slice(0, 32)}`,
      'openai-version': '2020-10-01',
      'openai-organization': 'org-chaos',
      'openai-processing-ms': '1',
    }),
    error: (_exchange, text) => ({ error: openaiError(text) }),
  },
  anthropic: {
    headers: (id) => ({
      'request-id': anthropicRequestId(id),
      'anthropic-organization-id': `${id.slice(0, 8)}-chaos`,
    }),
    error: anthropicError,
  },
  gemini: {
    // No request id: the only one is the `responseId` of an answer.
    headers: () => ({
      server: 'scaffolding on HTTPServer2',
      'server-timing': 'gfet4t7; dur=1',
      vary: 'Origin, X-Origin, Referer',
    }),
    error: (_exchange, text, retryDelay) => geminiError(text, retryDelay),
  },
}
