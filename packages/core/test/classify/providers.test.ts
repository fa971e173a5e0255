import { describe, expect, test } from 'vitest'

import { classify, faultInAnswer } from '../../src/classify/index.ts'
import { NOW } from './wire-case.ts'

// Shapes that the recorded cases lack: the rules must hold for what nobody has shown them.
const answers: readonly (readonly [
  what: string,
  provider: string,
  status: number,
  body: unknown,
  reading: string,
  headers?: object,
  retryAfterMs?: number,
])[] = [
  [
    'OpenAI: one request larger than the minute allows',
    'openai',
    429,
    {
      error: {
        message:
          'Request too large for gpt-4 in organization org-x on tokens per min (TPM): Limit 10000, Requested 12345.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    },
    'context-window request',
  ],
  [
    'Groq: the same with 413',
    'groq',
    413,
    {
      error: {
        message:
          'Request too large for model `x` ... on tokens per minute (TPM): Limit 6000, Requested 9000',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    },
    'context-window request',
  ],
  [
    'Groq: tokens per day',
    'groq',
    429,
    {
      error: {
        message:
          'Rate limit reached for model `x` in organization `o` on tokens per day (TPD): Limit 100000, Used 99999, Requested 100. Please try again in 7m12s.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    },
    'quota-exhausted model',
    {},
    432000,
  ],
  [
    'OpenAI: requests per minute',
    'openai',
    429,
    {
      error: {
        message:
          'Rate limit reached for gpt-4o in organization org-x on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms.',
        type: 'requests',
        code: 'rate_limit_exceeded',
      },
    },
    'rate-limited key retry',
    {},
    120,
  ],
  [
    'OpenAI: account not active',
    'openai',
    429,
    {
      error: {
        message: 'Your account is not active, please check your billing details on our website.',
        type: 'billing_not_active',
        code: 'billing_not_active',
      },
    },
    'quota-exhausted key',
  ],
  [
    'OpenAI: servers overloaded',
    'openai',
    503,
    {
      error: {
        code: 'server_is_overloaded',
        message: 'Our servers are currently overloaded. Please try again later.',
        type: 'service_unavailable_error',
      },
    },
    'overloaded provider retry',
  ],
  [
    'R-8 Azure: too_many_requests inside 200',
    'azure',
    200,
    {
      error: { code: 'too_many_requests', message: 'Too Many Requests', type: 'too_many_requests' },
    },
    'rate-limited model retry',
  ],
  [
    'Azure: high demand',
    'azure',
    429,
    { error: { code: '429', message: 'System is experiencing high demand' } },
    'overloaded model retry',
  ],
  [
    'R-18 Anthropic: 400 for an empty purse',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      },
    },
    'quota-exhausted key',
  ],
  [
    'R-18 Anthropic: 400 for a spent limit',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      },
    },
    'quota-exhausted key',
  ],
  [
    'R-23 Anthropic: unknown model',
    'anthropic',
    404,
    { type: 'error', error: { type: 'not_found_error', message: 'model: claude-9' } },
    'model-unavailable model',
  ],
  [
    'xAI: 400 for a bad key',
    'xai',
    400,
    { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***' },
    'auth key',
  ],
  [
    'Gemini: 400 for a bad key',
    'google',
    400,
    {
      error: {
        code: 400,
        message: 'API key not valid. Please pass a valid API key.',
        status: 'INVALID_ARGUMENT',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
        ],
      },
    },
    'auth key',
  ],
  [
    'Gemini: leaked key',
    'google',
    403,
    {
      error: {
        code: 403,
        message: 'Your API key was reported as leaked. Please use another API key.',
        status: 'PERMISSION_DENIED',
      },
    },
    'auth key',
  ],
  [
    'Gemini: no capacity behind a 429',
    'google',
    429,
    {
      error: {
        code: 429,
        message: 'No capacity available for model',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ reason: 'MODEL_CAPACITY_EXHAUSTED' }],
      },
    },
    'overloaded model retry',
  ],
  [
    'OpenRouter: budget in flight',
    'openrouter',
    402,
    { error: { code: 402, message: 'Your in-flight requests exceed budget' } },
    'rate-limited key retry',
    { 'Retry-After': '5' },
    5000,
  ],
  [
    'OpenRouter: upstream rate limit',
    'openrouter',
    429,
    {
      error: {
        code: 429,
        message: 'Provider returned error',
        metadata: {
          raw: 'x/y:free is temporarily rate-limited upstream. Please retry shortly',
          provider_name: 'P',
        },
      },
    },
    'rate-limited model retry',
  ],
  [
    'OpenRouter: upstream error as a string',
    'openrouter',
    400,
    {
      error: {
        code: 400,
        message: 'Provider returned error',
        metadata: {
          raw: '{"error":{"message":"This model\'s maximum context length is 8192 tokens","code":"context_length_exceeded"}}',
        },
      },
    },
    'context-window request',
  ],
  [
    'OpenRouter: no endpoints',
    'openrouter',
    404,
    { error: { code: 404, message: 'No endpoints found matching your data policy' } },
    'model-unavailable model',
  ],
  [
    'Bedrock: service quota',
    'bedrock',
    400,
    { message: 'Your account has exceeded quota' },
    'quota-exhausted key',
    { 'x-amzn-errortype': 'ServiceQuotaExceededException' },
  ],
  [
    'Bedrock: model timeout',
    'bedrock',
    408,
    { message: 'Model timed out' },
    'timeout request retry',
    { 'x-amzn-errortype': 'ModelTimeoutException' },
  ],
  [
    'Bedrock: access denied',
    'bedrock',
    403,
    { message: "You don't have access to the model with the specified model ID." },
    'permission key',
    { 'x-amzn-errortype': 'AccessDeniedException' },
  ],
  [
    'Bedrock: 400 for an unknown model',
    'bedrock',
    400,
    { message: 'The provided model identifier is invalid.' },
    'model-unavailable model',
    { 'x-amzn-errortype': 'ValidationException' },
  ],
  [
    'R-19 Vertex: per-minute quota',
    'vertex',
    429,
    [
      {
        error: {
          code: 429,
          message:
            'Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model with base model: gemini-pro. Please submit a quota increase request.',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
    ],
    'rate-limited model retry',
  ],
  [
    'Mistral: validation detail',
    'mistral',
    422,
    {
      object: 'error',
      message: {
        detail: [
          { type: 'extra_forbidden', loc: ['body', 'x'], msg: 'Extra inputs are not permitted' },
        ],
      },
      type: 'invalid_request_error',
    },
    'invalid-request request',
  ],
  ['Mistral: detail only', 'mistral', 401, { detail: 'Unauthorized' }, 'auth key'],
  [
    'Hugging Face: model is loading',
    'hf',
    503,
    { error: 'Model x/y is currently loading', estimated_time: 20 },
    'overloaded model retry',
  ],
  ['Cohere: 498 is a bad token', 'cohere', 498, { message: 'invalid token' }, 'auth key'],
  [
    'Moonshot: no balance',
    'moonshot',
    429,
    {
      error: {
        message:
          'Your account is suspended due to insufficient balance, please recharge your account',
        type: 'exceeded_current_quota_error',
      },
    },
    'quota-exhausted key',
  ],
  [
    'Moonshot: engine overloaded',
    'moonshot',
    429,
    {
      error: {
        message: 'The engine is currently overloaded, please try again later',
        type: 'engine_overloaded_error',
      },
    },
    'overloaded provider retry',
  ],
  [
    'Qwen: arrears',
    'qwen',
    400,
    {
      code: 'Arrearage',
      message: 'Access denied, please make sure your account is in good standing.',
    },
    'quota-exhausted key',
  ],
  [
    'Qwen: content inspection',
    'qwen',
    400,
    { code: 'data_inspection_failed', message: 'Output data may contain inappropriate content.' },
    'content-filtered request',
  ],
  [
    'Qwen: throttling',
    'qwen',
    429,
    { code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded' },
    'rate-limited key retry',
  ],
  [
    'Groq: the model wrote bad JSON',
    'groq',
    400,
    {
      error: {
        message: 'Failed to generate JSON.',
        type: 'invalid_request_error',
        code: 'json_validate_failed',
        failed_generation: '{',
      },
    },
    'invalid-output request retry',
  ],
  [
    'OpenAI: 403 for a model out of reach',
    'openai',
    403,
    {
      error: {
        message: 'Project `p` does not have access to model `gpt-5`',
        type: 'invalid_request_error',
        code: 'model_not_found',
      },
    },
    'model-unavailable model',
  ],
  [
    'OpenAI: wrong URL',
    'openai',
    404,
    {
      error: { message: 'Invalid URL (POST /v1/chat)', type: 'invalid_request_error', code: null },
    },
    'invalid-request request',
  ],
  ['a bare 404', 'x', 404, '', 'model-unavailable model'],
  [
    'R-23 a retired model',
    'x',
    410,
    { error: { message: 'The model has been retired' } },
    'model-unavailable model',
  ],
  ['an unknown 4xx', 'x', 418, '', 'invalid-request request'],
  ['broken TLS at the origin', 'x', 525, '<html>', 'network provider'],
  [
    'OpenAI: bad schema',
    'openai',
    400,
    {
      error: {
        message:
          "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.",
        type: 'invalid_request_error',
        param: 'response_format',
        code: null,
      },
    },
    'invalid-request request',
  ],
  [
    'Anthropic: image too large is no context overflow',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes',
      },
    },
    'invalid-request request',
  ],
  [
    'OpenAI: max_tokens too large is no context overflow',
    'openai',
    400,
    {
      error: {
        message:
          'max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.',
        type: 'invalid_request_error',
        param: 'max_tokens',
        code: 'invalid_value',
      },
    },
    'invalid-request request',
  ],
  [
    'vLLM: max_tokens beyond the context',
    'vllm',
    400,
    {
      object: 'error',
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 20000. This model's maximum context length is 16384 tokens and your request has 30 input tokens (20000 > 16384 - 30).",
      type: 'BadRequestError',
      code: 400,
    },
    'context-window request',
  ],
  [
    'OpenAI: unsupported value is no missing model',
    'openai',
    400,
    {
      error: {
        message:
          "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
        type: 'invalid_request_error',
        code: 'unsupported_value',
      },
    },
    'invalid-request request',
  ],
  [
    'Anthropic: conflicting parameters',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Thinking may not be enabled when tool_choice forces tool use.',
      },
    },
    'invalid-request request',
  ],
  [
    'Anthropic: tool ids',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after',
      },
    },
    'invalid-request request',
  ],
  [
    'OpenAI: input tokens exceed',
    'openai',
    400,
    {
      error: {
        message:
          'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.',
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
      },
    },
    'context-window request',
  ],
  [
    'Bedrock: prompt too long',
    'bedrock',
    400,
    { message: 'prompt is too long: 250000 tokens > 200000 maximum' },
    'context-window request',
    { 'x-amzn-errortype': 'ValidationException' },
  ],
  [
    'DeepSeek: 402 with a misleading code',
    'deepseek',
    402,
    {
      error: {
        message: 'Insufficient Balance',
        type: 'unknown_error',
        code: 'invalid_request_error',
      },
    },
    'quota-exhausted key',
  ],
  [
    'FastAPI: validation list',
    'x',
    422,
    { detail: [{ loc: ['body'], msg: 'field required', type: 'value_error.missing' }] },
    'invalid-request request',
  ],
  ['proxy authentication', 'x', 407, '', 'auth key'],
  ['a redirect', 'x', 302, '<html>', 'invalid-request request'],
  [
    'context overflow behind a 500',
    'x',
    500,
    { error: { message: "This model's maximum context length is 4096 tokens" } },
    'context-window request',
  ],
  [
    'Gemini: blocked prompt, reason OTHER',
    'google',
    200,
    { promptFeedback: { blockReason: 'OTHER' } },
    'content-filtered request',
  ],
  [
    'Replicate: no credit',
    'replicate',
    402,
    {
      title: 'Insufficient credit',
      detail: 'You have insufficient credit to run this model.',
      status: 402,
    },
    'quota-exhausted key',
  ],
  [
    'Volcengine: overloaded',
    'volc',
    429,
    { error: { code: 'ServerOverloaded', message: 'The service is currently unable to handle' } },
    'overloaded provider retry',
  ],
  [
    'Volcengine: model not open',
    'volc',
    404,
    { error: { code: 'ModelNotOpen', message: 'Your account has not activated the model x.' } },
    'model-unavailable model',
  ],
  [
    'Together: model not available',
    'together',
    404,
    {
      error: {
        message: 'Unable to access model foo. Please visit to view the list of supported models.',
        type: 'invalid_request_error',
        code: 'model_not_available',
      },
    },
    'model-unavailable model',
  ],
  [
    'Workers AI: capacity',
    'cloudflare',
    429,
    {
      errors: [
        { message: 'AiError: Capacity temporarily exceeded, please try again.', code: 3040 },
      ],
      success: false,
    },
    'overloaded model retry',
  ],
  [
    'OpenAI: missing scopes',
    'openai',
    401,
    {
      error: {
        message:
          'You have insufficient permissions for this operation. Missing scopes: model.request.',
        type: 'invalid_request_error',
      },
    },
    'auth key',
  ],
  [
    'OpenAI: deactivated account',
    'openai',
    401,
    {
      error: {
        message: 'The OpenAI account associated with this API key has been deactivated.',
        type: 'invalid_request_error',
        code: 'account_deactivated',
      },
    },
    'permission key',
  ],
  [
    'OpenAI: organisation not verified',
    'openai',
    404,
    {
      error: {
        message: 'Your organization must be verified to use the model `o3`.',
        type: 'invalid_request_error',
        code: 'model_not_found',
      },
    },
    'model-unavailable model',
  ],
  [
    'Anthropic: key without permission',
    'anthropic',
    403,
    {
      type: 'error',
      error: {
        type: 'permission_error',
        message: 'Your API key does not have permission to use the specified resource.',
      },
    },
    'permission key',
  ],
  [
    'Anthropic: "content blocks" is no filter',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'messages: text content blocks must be non-empty',
      },
    },
    'invalid-request request',
  ],
  [
    'T14 a hint beyond reason',
    'x',
    429,
    '',
    'rate-limited key retry',
    { 'retry-after': '9999999999' },
    31536000000,
  ],
  [
    'AWS: bad signature',
    'bedrock',
    403,
    { message: 'The request signature we calculated does not match' },
    'auth key',
    { 'x-amzn-errortype': 'InvalidSignatureException' },
  ],
  [
    'AWS: unknown client',
    'bedrock',
    403,
    { message: 'The security token included in the request is invalid.' },
    'auth key',
    { 'x-amzn-errortype': 'UnrecognizedClientException' },
  ],
  [
    'xAI: unknown model',
    'xai',
    404,
    {
      code: 'Some requested entity was not found',
      error: 'The model grok-x does not exist or your team does not have access to it.',
    },
    'model-unavailable model',
  ],
  [
    'Perplexity: invalid model',
    'p',
    400,
    {
      error: {
        message: "Invalid model 'sonar-x'. Permitted models can be found in the documentation",
        type: 'invalid_model',
        code: 400,
      },
    },
    'model-unavailable model',
  ],
  [
    'OpenAI: image policy',
    'openai',
    400,
    {
      error: {
        code: 'moderation_blocked',
        message: 'Your request was rejected by the safety system.',
        type: 'image_generation_user_error',
      },
    },
    'content-filtered request',
  ],
  [
    'a gateway with a JSON body',
    'x',
    502,
    { error: { message: 'upstream connect error', type: 'api_error' } },
    'server provider retry',
  ],
  [
    'a parameter named timeout',
    'openai',
    400,
    {
      error: {
        message: "Invalid value for 'timeout': expected an integer",
        type: 'invalid_request_error',
      },
    },
    'invalid-request request',
  ],
  [
    'a parameter named safety',
    'google',
    400,
    {
      error: {
        code: 400,
        message: 'Invalid value at safety_settings[0].category',
        status: 'INVALID_ARGUMENT',
      },
    },
    'invalid-request request',
  ],
  [
    'bad JSON in the request is not bad JSON from the model',
    'openai',
    400,
    {
      error: {
        message: 'We could not parse the JSON body of your request. (HINT: malformed JSON)',
        type: 'invalid_request_error',
      },
    },
    'invalid-request request',
  ],
  ['T19 x-should-retry: false', 'x', 503, '', 'overloaded provider', { 'X-Should-Retry': 'false' }],
]

describe('R-26 R-27 answers of many providers', () => {
  test.each(answers.map((it) => [it[0], it] as const))('%s', (_what, it) => {
    const [, provider, status, body, reading, headers = {}, retryAfterMs] = it
    const fault = faultInAnswer({ status, headers, body }, { provider, now: NOW })
    expect(fault && `${fault.kind} ${fault.scope}${fault.retryable ? ' retry' : ''}`).toBe(reading)
    expect(fault?.retryAfterMs).toBe(retryAfterMs)
  })
})

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })
const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code })

const errors: readonly (readonly [what: string, error: Error, reading: string])[] = [
  ['Safari', new TypeError('Load failed'), 'network provider retry'],
  ['Chrome', new TypeError('Failed to fetch'), 'network provider retry'],
  [
    'Firefox',
    new TypeError('NetworkError when attempting to fetch resource.'),
    'network provider retry',
  ],
  ['Workers', new Error('Network connection lost.'), 'network provider retry'],
  ['Bun', coded('ConnectionRefused', 'Unable to connect.'), 'network provider retry'],
  ['Node http', coded('ECONNRESET', 'socket hang up'), 'network provider retry'],
  [
    'Deno and a bad certificate',
    new TypeError('client error (Connect): invalid peer certificate: UnknownIssuer'),
    'network provider',
  ],
  [
    'a status in the text of axios',
    new Error('Request failed with status code 503'),
    'overloaded provider retry',
  ],
  [
    'a status in the text of got',
    new Error('Response code 502 (Bad Gateway)'),
    'server provider retry',
  ],
  [
    'AI SDK, empty body',
    named('AI_EmptyResponseBodyError', 'Empty response body'),
    'empty request retry',
  ],
  [
    'AI SDK, no output',
    named('AI_NoOutputGeneratedError', 'No output generated.'),
    'empty request retry',
  ],
  [
    'AI SDK, no key',
    named('AI_LoadAPIKeyError', 'OpenAI API key is missing. Pass it.'),
    'auth key',
  ],
  [
    'Anthropic, stream ended',
    new Error('stream ended without producing a Message'),
    'incomplete request retry',
  ],
  [
    'JSON cut at the end',
    new SyntaxError('Unexpected end of JSON input'),
    'incomplete request retry',
  ],
  [
    'JSON cut in a string',
    new SyntaxError('Unterminated string in JSON at position 12'),
    'incomplete request retry',
  ],
  [
    'JSON cut in the middle, V8',
    new SyntaxError("Expected ':' after property name in JSON at position 5"),
    'incomplete request retry',
  ],
  [
    'JSON cut in the middle, Firefox',
    new SyntaxError('JSON.parse: unexpected character at line 1 column 2 of the JSON data'),
    'incomplete request retry',
  ],
  [
    'JSON cut at the end, Safari',
    new SyntaxError('JSON Parse error: Unexpected EOF'),
    'incomplete request retry',
  ],
  [
    'a page where JSON should be',
    new SyntaxError(`Unexpected token '<', "<!DOCTYPE "... is not valid JSON`),
    'invalid-output provider',
  ],
  [
    'OpenAI parse, length',
    named('LengthFinishReasonError', 'length limit'),
    'truncated request retry',
  ],
  [
    'OpenAI parse, filter',
    named('ContentFilterFinishReasonError', 'rejected'),
    'content-filtered request',
  ],
  [
    'Ollama',
    Object.assign(named('ResponseError', "model 'x' not found"), { status_code: 404 }),
    'model-unavailable model',
  ],
  [
    'Mistral',
    Object.assign(new Error('API error'), {
      statusCode: 429,
      body: '{"message":"Requests rate limit exceeded"}',
    }),
    'rate-limited key retry',
  ],
]

describe('R-26 errors of many runtimes and SDKs', () => {
  test.each(errors)('%s', (_what, error, reading) => {
    const fault = classify(error)
    expect(`${fault.kind} ${fault.scope}${fault.retryable ? ' retry' : ''}`).toBe(reading)
  })
})
