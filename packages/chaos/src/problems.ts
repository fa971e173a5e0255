import type { Provider } from './wires/wire.ts'

/** The errors that the server can answer with instead of a 200. */
export const PROBLEMS = [
  'rate-limited',
  'quota-exhausted',
  'bad-request',
  'unauthorized',
  'forbidden',
  'model-not-found',
  'too-large',
  'unprocessable',
  'context-length',
  'blocked',
  'server-error',
  'bad-gateway',
  'unavailable',
  'overloaded',
] as const

/** The name of an error that the server can answer with. */
export type ProblemName = (typeof PROBLEMS)[number]

/** One error as a provider words it; `{model}` and `{tokens}` are filled in from the request. */
export interface ProblemText {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly param?: string
  /** What `x-should-retry` says, where the provider is known to send it. */
  readonly shouldRetry?: boolean
  /** A page of the edge in front of the provider, which never heard of JSON. */
  readonly html?: true
}

const edge = (status: number, message: string): ProblemText => ({
  status,
  type: 'html',
  message,
  html: true,
})

const openai: Readonly<Record<ProblemName, ProblemText>> = {
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

const anthropic: Readonly<Record<ProblemName, ProblemText>> = {
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

/** How each provider words each error. */
export const PROBLEM_TEXTS: Readonly<Record<Provider, Readonly<Record<ProblemName, ProblemText>>>> =
  { openai, anthropic }

/** The page that an edge in front of a provider shows. */
export const edgePage = (status: number, title: string): string =>
  [
    `<html>`,
    `<head><title>${status} ${title}</title></head>`,
    `<body>`,
    `<center><h1>${status} ${title}</h1></center>`,
    `<hr><center>cloudflare</center>`,
    `</body>`,
    `</html>`,
  ].join('\r\n')
