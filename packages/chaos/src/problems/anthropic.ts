import { edge } from './edge.ts'
import type { ProblemTexts } from './problem.ts'

/** The errors of Anthropic, as it words them. */
export const anthropic: ProblemTexts = {
  'rate-limited': {
    status: 429,
    type: 'rate_limit_error',
    message:
      "This request would exceed your organization's rate limit of 60 requests per minute for {model}.",
  },
  'quota-exhausted': {
    // Not 402 and not 429: an empty purse is an invalid request here.
    status: 400,
    type: 'invalid_request_error',
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  },
  'bad-request': {
    status: 400,
    type: 'invalid_request_error',
    message: 'temperature: Input should be less than or equal to 1',
    shouldRetry: false,
  },
  unauthorized: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  forbidden: {
    status: 403,
    type: 'permission_error',
    message: 'Your API key does not have permission to use the specified resource.',
  },
  'model-not-found': { status: 404, type: 'not_found_error', message: 'model: {model}' },
  'too-large': {
    status: 413,
    type: 'request_too_large',
    message: 'Request exceeds the maximum size',
  },
  unprocessable: {
    status: 422,
    type: 'invalid_request_error',
    message: 'The request was well-formed but could not be followed.',
  },
  'context-length': {
    status: 400,
    type: 'invalid_request_error',
    message: 'prompt is too long: {tokens} tokens > 200000 maximum',
    shouldRetry: false,
  },
  blocked: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Output blocked by content filtering policy',
  },
  'server-error': { status: 500, type: 'api_error', message: 'Internal server error' },
  'bad-gateway': edge(502, 'Bad Gateway'),
  unavailable: { status: 503, type: 'api_error', message: 'Service temporarily unavailable' },
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded', shouldRetry: true },
}
