import type { ProblemText } from '../problems/problem.ts'
import type { JsonObject } from '../request.ts'
import { anthropicError, anthropicRequestId } from './anthropic-error.ts'
import { geminiError } from './gemini-error.ts'
import { openaiError } from './openai-error.ts'
import type { Exchange, Provider } from './wire.ts'

/** What all responses of a provider have in common, whatever the endpoint. */
interface Manners {
  /** How it says that a body is JSON, and that it is a stream of events. */
  readonly types: { readonly json: string; readonly events: string }
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
    types: { json: 'application/json', events: 'text/event-stream; charset=utf-8' },
    headers: (id) => ({
      'x-request-id': `req_${id.slice(0, 32)}`,
      'openai-version': '2020-10-01',
      'openai-organization': 'org-chaos',
      'openai-processing-ms': '1',
    }),
    error: (_exchange, text) => ({ error: openaiError(text) }),
  },
  anthropic: {
    types: { json: 'application/json', events: 'text/event-stream; charset=utf-8' },
    headers: (id) => ({
      'request-id': anthropicRequestId(id),
      'anthropic-organization-id': `${id.slice(0, 8)}-chaos`,
    }),
    error: anthropicError,
  },
  gemini: {
    types: { json: 'application/json; charset=UTF-8', events: 'text/event-stream' },
    // No request id: the only one is the `responseId` of an answer.
    headers: () => ({
      server: 'scaffolding on HTTPServer2',
      'server-timing': 'gfet4t7; dur=1',
      vary: 'Origin, X-Origin, Referer',
    }),
    error: (_exchange, text, retryDelay) => geminiError(text, retryDelay),
  },
}
