import { classify, HoldfastError } from '@holdfast/core'
import type { Fault, FaultKind } from '@holdfast/core'

import { HttpError, UpstreamError } from './errors.ts'

/** Who called `fetch`: clients differ in what makes them try again. */
export type Host = 'stainless' | 'ai-sdk' | 'other'

/** `stainless` made the SDKs of OpenAI, Anthropic and Groq. */
export const hostOf = (headers: Readonly<Record<string, string>>): Host =>
  headers['x-stainless-lang'] !== undefined
    ? 'stainless'
    : /\bai-sdk\b/.test(headers['user-agent'] ?? '')
      ? 'ai-sdk'
      : 'other'

/**
 * Tells the caller that the policies have given up, in the way that its host takes for the end.
 *
 * - `stainless` retries whatever is thrown, and every response unless it says `x-should-retry: false`: it gets a response.
 * - `ai-sdk` retries responses by their status and errors of the connection: for these it gets an error that says neither.
 * - Others get what `fetch` would give: a response with an error status as it is, anything else as an error.
 *
 * @throws what ended the call, where a response would be retried or taken for an answer
 */
export function surrender(error: unknown, host: Host): Response {
  if (host === 'stainless') return final(error)
  const isResponse = HttpError.is(error) && error.status >= 400
  if (isResponse && !(host === 'ai-sdk' && retriedByAiSdk(error.status))) return error.response
  const fault = classify(error)
  // Its own retries look for codes of the network along the chain of causes.
  if (host === 'ai-sdk' && fault.retryable && !HoldfastError.is(error))
    throw new UpstreamError({ ...fault, retryable: false }, error)
  throw error
}

const retriedByAiSdk = (status: number): boolean =>
  status >= 500 || [408, 409, 429].includes(status)

/** A response that ends it: the provider's own, or one that says what happened in the words of an API error. */
function final(error: unknown): Response {
  const fault = classify(error)
  const response =
    HttpError.is(error) && error.status >= 400 ? error.response : madeOf(error, fault)
  response.headers.set('x-should-retry', 'false')
  response.headers.set('x-holdfast-fault', fault.kind)
  return response
}

const STATUS: Partial<Record<FaultKind, number>> = {
  'rate-limited': 429,
  'quota-exhausted': 429,
  limited: 429,
  'budget-exhausted': 429,
  overloaded: 503,
  'circuit-open': 503,
  timeout: 504,
  'deadline-exceeded': 504,
  'context-window': 400,
  'invalid-request': 400,
  'content-filtered': 400,
  auth: 401,
  permission: 403,
  'model-unavailable': 404,
}
/** Bad gateway: what came from upstream, if anything, was no answer. */
const NO_ANSWER = 502

/** Both OpenAI's and Anthropic's client find type, code and message where they look for them. */
function madeOf(error: unknown, { kind, message, code, retryAfterMs }: Fault): Response {
  const ours = (error as { code?: unknown } | undefined)?.code
  return Response.json(
    {
      type: 'error',
      error: { type: kind, code: code ?? ours ?? null, message, param: null },
    },
    {
      status: STATUS[kind] ?? NO_ANSWER,
      headers: retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) },
    },
  )
}
