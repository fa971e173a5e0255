import type { ProblemText } from '../problems/problem.ts'
import type { JsonObject } from '../request.ts'
import type { Exchange } from './wire.ts'

/** The request id of Anthropic, the same in the header and in the body of an error. */
export const anthropicRequestId = (id: string): string => `req_01${id.slice(0, 22)}`

/** The error body of Anthropic. */
export const anthropicError = (
  exchange: Pick<Exchange, 'id'>,
  { type, message }: ProblemText,
): JsonObject => ({
  type: 'error',
  error: { details: null, type, message },
  request_id: anthropicRequestId(exchange.id),
})
