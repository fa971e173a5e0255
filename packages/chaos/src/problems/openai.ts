import { edge } from './edge.ts'
import type { ProblemTexts } from './problem.ts'

/** The errors of OpenAI, as it words them. */
export const openai: ProblemTexts = {
  'rate-limited': {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    message:
      'Rate limit reached for {model} in organization org-chaos on requests per min (RPM): Limit 60, Used 60, Requested 1.',
  },
  'quota-exhausted': {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message:
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
  },
  'bad-request': {
    status: 400,
    type: 'invalid_request_error',
    code: 'unsupported_parameter',
    param: 'max_tokens',
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  },
  unauthorized: {
    status: 401,
    // Not authentication_error: that is how OpenAI words it.
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message:
      'Incorrect API key provided: sk-chaos****. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  forbidden: {
    status: 403,
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
    message: 'Country, region, or territory not supported',
  },
  'model-not-found': {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: 'The model `{model}` does not exist or you do not have access to it.',
  },
  'too-large': edge(413, 'Request Entity Too Large'),
  unprocessable: {
    status: 422,
    type: 'invalid_request_error',
    message: 'Unprocessable entity: the request was well-formed but could not be followed.',
  },
  'context-length': {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in {tokens} tokens. Please reduce the length of the messages.",
  },
  blocked: {
    status: 400,
    type: 'invalid_request_error',
    code: 'content_policy_violation',
    message: 'Your request was rejected as a result of our safety system.',
  },
  'server-error': {
    status: 500,
    type: 'server_error',
    message:
      'The server had an error processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if you keep seeing this error.',
  },
  'bad-gateway': edge(502, 'Bad Gateway'),
  unavailable: {
    status: 503,
    type: 'server_error',
    message: 'The service is temporarily unable to process your request. Please try again later.',
  },
  overloaded: {
    // OpenAI has no 529; the `status` of the fault can ask for one, as some gateways send it.
    status: 503,
    type: 'service_unavailable_error',
    code: 'server_is_overloaded',
    message: 'Our servers are currently overloaded. Please try again later.',
  },
}
