import { describe, expect, test } from 'vitest'

import { classify, faultInAnswer } from '../../src/classify/index.ts'
import type { Fault } from '../../src/fault.ts'
import { NOW } from './wire-case.ts'

// What providers, gateways and servers of one's own have been seen to say, in other words than theirs: rules must
// hold for sentences that nobody has written down. `provider status body => kind scope [retry] [hint in ms]`.
type Row = readonly [what: string, at: string, body: unknown, reading: string, headers?: object]

const saying = (message: string, code: unknown = null, type: unknown = null): object => ({
  error: { message, code, type },
})
const exception = (name: string): object => ({ 'x-amzn-errortype': `${name}:http://internal/` })

const limits: readonly Row[] = [
  [
    'a minute with a wait in prose',
    'openai 429',
    saying(
      'Limit for o1 on tokens per min (TPM) is 30000. Try again in 1m2.5s.',
      'rate_limit_exceeded',
    ),
    'rate-limited key retry 62500',
  ],
  [
    'a day is not waited for, though it says when',
    'openai 429',
    saying(
      'Limit on requests per day (RPD) is 200, all used. Try again in 7m12s.',
      'rate_limit_exceeded',
    ),
    'quota-exhausted key 432000',
  ],
  [
    'a month of calls',
    'cohere 429',
    { message: 'This trial key may make 1000 calls / month.' },
    'quota-exhausted key',
  ],
  [
    'a code that says quota and a sentence that says minute',
    'cerebras 429',
    {
      message: 'The tokens per minute limit is exceeded.',
      code: 'token_quota_exceeded',
      type: 'too_many_tokens_error',
    },
    'rate-limited key retry',
  ],
  [
    'the same of a day',
    'cerebras 429',
    { message: 'The tokens per day limit is exceeded.', code: 'token_quota_exceeded' },
    'quota-exhausted key',
  ],
  [
    'a quota by model and day, written in one word',
    'github 429',
    saying(
      '50 per 86400s exceeded for UserByModelByDay. Please wait 3251 seconds before retrying.',
      'RateLimitReached',
    ),
    'quota-exhausted model 3251000',
  ],
  [
    'whose limit it is stands in the sentence',
    'xai 429',
    {
      code: 'Some resource has been exhausted',
      error: 'Too many requests for team t and model grok-x, requests per second: 3/2.',
    },
    'rate-limited model retry',
  ],
  [
    'a quota of a base model is counted by the minute',
    'vertex 429',
    [
      {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          message: 'Quota exceeded for online_prediction_requests_per_base_model.',
        },
      },
    ],
    'rate-limited model retry',
  ],
  [
    '"your capacity" is a quota of yours',
    'google 429',
    {
      error: {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        message: 'You used up your capacity on this model. It resets after 26s.',
        details: [{ reason: 'RATE_LIMIT_EXCEEDED' }],
      },
    },
    'rate-limited model retry 26000',
  ],
  [
    'free credits that are slow are not spent',
    'vercel 429',
    saying(
      'Free credits have rate limits for now. You may pay for credits without.',
      null,
      'rate_limit_exceeded',
    ),
    'rate-limited key retry',
  ],
  [
    'an advertisement for capacity is no lack of it',
    'fireworks 429',
    {
      error: 'Too Many Requests',
      message: 'You exceeded your usage limits. Ask us for dedicated capacity.',
    },
    'rate-limited key retry',
  ],
  [
    'a queue that is full',
    'cerebras 429',
    { message: 'We are experiencing high traffic, try again soon.', code: 'queue_exceeded' },
    'overloaded provider retry',
  ],
  [
    'a model that is busy',
    'deepinfra 429',
    { detail: { error: 'Model busy' } },
    'overloaded model retry',
  ],
  [
    'a gateway without a deployment left',
    'litellm 429',
    saying('No deployments available for selected model, try again in 5 seconds.', '429'),
    'rate-limited model retry 5000',
  ],
  [
    'a gateway that counts volume',
    'azure-openai 403',
    { statusCode: 403, message: 'Out of call volume quota. It will be replenished in 01:20:00.' },
    'quota-exhausted key 4800000',
  ],
  [
    'a hint in the body',
    'x 429',
    { message: 'Slow down', retry_after: 1.5 },
    'rate-limited key retry 1500',
  ],
  ['in milliseconds', 'x 429', { error: { retryAfterMs: 750 } }, 'rate-limited key retry 750'],
  [
    'in a gateway of 503',
    'x 503',
    { error: 'draining', retry_after: 15 },
    'overloaded provider retry 15000',
  ],
]

const money: readonly Row[] = [
  ['402 of any wording', 'x 402', { error: 'Top up to go on.' }, 'quota-exhausted key'],
  ['403 for an empty purse', 'novita 403', { reason: 'NOT_ENOUGH_BALANCE' }, 'quota-exhausted key'],
  [
    '403, said the other way round',
    'x 403',
    { message: 'Your balance is insufficient' },
    'quota-exhausted key',
  ],
  [
    '403 for a code of a relay',
    'x 403',
    saying('用户额度不足', 'insufficient_user_quota'),
    'quota-exhausted key',
  ],
  [
    '403 for a cycle',
    'moonshot 403',
    saying('You reached your usage limit for this billing cycle.'),
    'quota-exhausted key',
  ],
  [
    '403 for a key with a ceiling',
    'openrouter 403',
    saying('Key limit exceeded (total limit).', 403),
    'quota-exhausted key',
  ],
  [
    '429 for a cap',
    'google 429',
    saying('The project exceeded its monthly spending cap.', 429),
    'quota-exhausted key',
  ],
  [
    '400 for a budget',
    'litellm 400',
    saying('Budget has been exceeded! Max budget: 1', '400', 'budget_exceeded'),
    'quota-exhausted key',
  ],
  [
    '412 for unpaid bills',
    'fireworks 412',
    saying(
      'The account is suspended: monthly spending limit or past invoices.',
      'PRECONDITION_FAILED',
    ),
    'quota-exhausted key',
  ],
  [
    'a header of that name is no bill',
    'anthropic 400',
    saying('x-billing-header is a reserved keyword.', null, 'invalid_request_error'),
    'invalid-request request',
  ],
  [
    'AWS, for a card',
    'bedrock 403',
    { message: 'A valid payment instrument must be provided.' },
    'quota-exhausted key',
    exception('AccessDeniedException'),
  ],
]

const sizes: readonly Row[] = [
  [
    'tokens that must fit together',
    'tgi 422',
    { error: '`inputs` tokens + `max_new_tokens` must be <= 4096', error_type: 'validation' },
    'context-window request',
  ],
  [
    'a limit of the model',
    'moonshot 400',
    saying('The request exceeded model token limit: 131072'),
    'context-window request',
  ],
  [
    'a count',
    'github 400',
    saying('prompt token count of 140118 exceeds the limit of 128000'),
    'context-window request',
  ],
  [
    'a maximum of the model',
    'vllm 400',
    {
      object: 'error',
      message: 'The prompt (length 40002) is longer than the maximum model length of 32768.',
      code: 400,
    },
    'context-window request',
  ],
  [
    'a size in between',
    'llamacpp 500',
    saying('input (549 tokens) is too large to process', 500, 'server_error'),
    'context-window request',
  ],
  [
    'bytes',
    'google 400',
    saying('Request payload size exceeds the limit: 20971520 bytes.', 400),
    'context-window request',
  ],
  [
    'characters, in a schema',
    'bedrock 400',
    { message: 'expected maxLength: 50000, actual: 60012' },
    'context-window request',
    exception('ValidationException'),
  ],
  [
    'words in an address do not count',
    'anthropic 400',
    saying(
      '`max_tokens` must exceed the budget, see https://x/docs#context-window-size',
      null,
      'invalid_request_error',
    ),
    'invalid-request request',
  ],
  ['nothing at all, from one that says nothing then', 'cerebras 400', '', 'context-window request'],
  [
    'too much asked of the output',
    'groq 400',
    saying('`max_completion_tokens` must be less than the `context_window` of the model'),
    'invalid-request request',
  ],
]

const rights: readonly Row[] = [
  [
    'a denial about a model is still one',
    'vertex 403',
    {
      error: {
        code: 403,
        status: 'PERMISSION_DENIED',
        message: "Permission 'x' denied on resource models/y (or it may not exist).",
      },
    },
    'permission key',
  ],
  [
    'terms to accept',
    'groq 400',
    saying('The model requires terms acceptance.', 'model_terms_required'),
    'permission key',
  ],
  [
    'an organisation that is closed',
    'anthropic 400',
    saying('This organization has been disabled.'),
    'permission key',
  ],
  [
    'a way in that is closed',
    'anthropic 403',
    saying('OAuth authentication is currently not allowed.', null, 'permission_error'),
    'permission key',
  ],
  [
    'a key that ran out, with 400',
    'litellm 400',
    saying('Authentication Error - Expired Key.', '400', 'expired_key'),
    'auth key',
  ],
  [
    'a free tier that does not reach here',
    'google 400',
    saying('The free tier is not available in your country. Please enable billing.', 400),
    'permission provider',
  ],
  [
    'a page of a firewall',
    'x 403',
    '<html><title>403</title>blocked</html>',
    'permission provider',
  ],
]

const models: readonly Row[] = [
  [
    'an id that is none',
    'openrouter 400',
    saying('a/b is not a valid model ID', 400),
    'model-unavailable model',
  ],
  [
    'at the end of its life',
    'bedrock 404',
    { message: 'This model version has reached the end of its life.' },
    'model-unavailable model',
    exception('ResourceNotFoundException'),
  ],
  [
    'not on demand',
    'bedrock 400',
    { message: 'Model a with on-demand throughput isn’t supported.' },
    'model-unavailable model',
    exception('ValidationException'),
  ],
  [
    'removed',
    'cohere 404',
    { message: "model 'x' was removed in September" },
    'model-unavailable model',
  ],
  [
    'hidden by rules for guardrails',
    'openrouter 404',
    saying('No endpoints available matching your guardrail restrictions', 404),
    'model-unavailable model',
  ],
  [
    'a deployment that nobody has a way to',
    'azure-openai 404',
    saying('Invalid URL (POST /openai/deployments/x/chat/completions)'),
    'model-unavailable model',
  ],
  [
    'a page says nothing of models',
    'x 404',
    '<html><h1>404 Not Found</h1></html>',
    'invalid-request request',
  ],
  ['nor does a framework', 'x 404', { detail: 'Not Found' }, 'invalid-request request'],
]

const contents: readonly Row[] = [
  [
    'a risk',
    'deepseek 400',
    saying('Content Exists Risk', 'invalid_request_error'),
    'content-filtered request',
  ],
  [
    'guidelines, with 403',
    'xai 403',
    { code: 'permission-denied', error: 'Content violates usage guidelines.' },
    'content-filtered request',
  ],
  [
    'a firewall for prompts, with 424',
    'cloudflare 424',
    { error: [{ code: 2016, message: 'Prompt blocked by security rules' }] },
    'content-filtered request',
  ],
  [
    'a guardrail that is not there is no block',
    'bedrock 400',
    { message: 'The guardrail identifier does not exist.' },
    'invalid-request request',
    exception('ValidationException'),
  ],
  [
    'what the model wrote',
    'azure-openai 500',
    saying('The model produced invalid content.', null, 'model_error'),
    'invalid-output request retry',
  ],
]

const overloads: readonly Row[] = [
  ['Envoy has nobody to ask', 'x 503', 'no healthy upstream', 'overloaded provider retry'],
  [
    'Envoy lost them',
    'x 502',
    'upstream connect error or reset before headers: overflow',
    'server provider retry',
  ],
  [
    'a model that is being loaded',
    'llamacpp 503',
    saying('Loading model', 503, 'unavailable_error'),
    'overloaded model retry',
  ],
  [
    'no word of the model',
    'cohere 503',
    { message: 'upstream provider error' },
    'overloaded provider retry',
  ],
  [
    'the status of the model in a cause of it',
    'bedrock 424',
    { message: 'x', originalStatusCode: 500 },
    'server model retry',
    exception('ModelErrorException'),
  ],
  [
    'an empty error is none',
    'x 200',
    { error: {}, choices: [{ message: { content: 'x' } }] },
    'none',
  ],
  ['nor is a false one', 'x 200', { error: false, choices: [] }, 'none'],
]

const read = (fault: Fault | undefined): string => {
  if (!fault) return 'none'
  const { kind, scope, retryable, retryAfterMs } = fault
  return [kind, scope, retryable && 'retry', retryAfterMs].filter(Boolean).join(' ')
}

describe.each(Object.entries({ limits, money, sizes, rights, models, contents, overloads }))(
  'R-26 R-27 %s',
  (_name, rows) => {
    test.each(rows.map((row) => [`${row[1]}: ${row[0]}`, row] as const))('%s', (_title, row) => {
      const [, at, body, reading, headers = {}] = row
      const [provider = '', status] = at.split(' ')
      const answer = { status: Number(status), headers, body }
      expect(read(faultInAnswer(answer, { provider, now: NOW }))).toBe(reading)
    })
  },
)

const failed = (message: string, cause?: object): Error =>
  Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(message), cause),
  })
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })

describe('R-26 what runtimes and SDKs throw', () => {
  test.each([
    [
      'a body that was cut, which the AI SDK calls a success',
      Object.assign(named('AI_APICallError', 'Failed to process successful response'), {
        statusCode: 200,
        cause: new TypeError('terminated'),
      }),
      'network request retry',
    ],
    [
      'a stream without its end, which it calls invalid',
      named('AI_InvalidResponseDataError', 'Response stream ended without a finish reason.'),
      'incomplete request retry',
    ],
    [
      'a page behind a status',
      Object.assign(new Error('403 <!DOCTYPE html><title>Just a moment...</title>'), {
        status: 403,
      }),
      'permission provider',
    ],
    [
      'a server that stopped in the middle',
      Object.assign(new Error('The server aborted pending request'), { code: 'ECONNRESET' }),
      'network request retry',
    ],
    [
      'a name that sounds like a lack of capacity',
      Object.assign(named('RateLimitCapacityError', '429 Rate limit reached'), { status: 429 }),
      'rate-limited key retry',
    ],
    [
      'a connection that is not made in time',
      failed('connect ETIMEDOUT 10.0.0.1:443', { code: 'ETIMEDOUT' }),
      'timeout provider retry',
    ],
    [
      'a name that no server knows, in Deno',
      new TypeError('client error (Connect): dns error: Name not known'),
      'network provider',
    ],
    [
      'a body that ends too soon, in Deno',
      new TypeError('end of file before message length reached'),
      'network request retry',
    ],
    [
      'a socket that does not open, in Bun',
      Object.assign(new Error('typo?'), { code: 'FailedToOpenSocket' }),
      'network provider retry',
    ],
    [
      'no network at all, in Safari',
      new TypeError('The Internet connection appears to be offline.'),
      'network provider retry',
    ],
    [
      'a stream that HTTP/2 refused',
      Object.assign(new Error('x'), { code: 'ERR_HTTP2_STREAM_ERROR' }),
      'network provider retry',
    ],
    [
      'a header that no parser takes',
      failed('Invalid header token', { name: 'HTTPParserError', code: 'HPE_INVALID_HEADER_TOKEN' }),
      'invalid-output provider',
    ],
    ['a scheme that is none', failed('unknown scheme'), 'invalid-request request'],
    [
      'an internal error of a worker',
      new Error('internal error; reference = x'),
      'server provider retry',
    ],
    [
      'a bug that sounds like a timeout',
      new ReferenceError('timeout is not defined'),
      'unknown request',
    ],
    [
      'credentials that are not there',
      named('CredentialsProviderError', 'Could not load credentials'),
      'auth key',
    ],
    [
      'an object that is none',
      named('AI_NoObjectGeneratedError', 'could not parse: Unexpected end of JSON input'),
      'invalid-output request retry',
    ],
    [
      'a tool that is none',
      named('AI_NoSuchToolError', 'The model called x.'),
      'invalid-output request retry',
    ],
    [
      'a prompt that is none',
      named('AI_InvalidPromptError', 'messages must not be empty'),
      'invalid-request request',
    ],
    [
      'a model that is none',
      named('AI_NoSuchModelError', 'No such languageModel: x'),
      'model-unavailable model',
    ],
  ])('%s', (_what, error, reading) => {
    expect(read(classify(error))).toBe(reading)
  })

  test('the old SDK of Google keeps hints in a field of its own', () => {
    const errorDetails = [
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '19s' },
    ]
    const error = Object.assign(new Error('[429] Resource has been exhausted'), {
      status: 429,
      errorDetails,
    })
    expect(classify(error, { provider: 'google' })).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 19_000,
    })
  })

  test('the request that an error quotes is not read: it holds the words of the user', () => {
    const request = { messages: [{ role: 'user', content: 'insufficient_quota? overloaded!' }] }
    const error = {
      message: 'boom',
      requestBodyValues: request,
      request: { body: 'invalid_api_key' },
      config: { data: 'x' },
    }
    expect(classify(error).kind).toBe('unknown')
  })
})

describe('T28 what costs little', () => {
  test('of a thousand layers, members, fields or words only the first few are read', () => {
    let reads = 0
    const counting = (name: string): object =>
      Object.defineProperty({}, name, { enumerable: true, get: () => `${name} ${(reads += 1)}` })
    const many = Array.from({ length: 1000 }, (_, i) => `error${i}`)
    const wide = { errors: many.map(() => counting('code')) }
    const fields = Object.assign(Object.create(null) as object, { status: 503 })
    for (const name of many)
      Object.defineProperties(fields, Object.getOwnPropertyDescriptors(counting(name)))
    let deep = counting('code')
    for (const _ of many) deep = { cause: deep }
    for (const hostile of [wide, fields, deep, { headers: fields }]) classify(hostile)
    expect(reads).toBeLessThan(300)
    const long = `${'context '.repeat(50_000)}length exceeded`
    expect(classify({ status: 503, message: long, code: long }).code?.length).toBeLessThan(300)
  })

  test('strangers cannot fill the memory with words: what is remembered has an end', () => {
    for (let i = 0; i < 2_000; i++)
      classify({ [`field${i}`]: 1, code: `code_${i}`, message: `a message, ${i}` })
    expect(classify({ status: 429, code: 'insufficient_quota' }).kind).toBe('quota-exhausted')
  })
})
