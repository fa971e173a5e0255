import { describe, expect, test } from 'vitest'

import type { StreamProtocol } from '../../src/dialect.ts'
import type { Fault } from '../../src/fault.ts'
import { pipeline, type Policy } from '../../src/index.ts'
import { collect, StreamInterruptedError, streaming } from '../../src/stream/index.ts'

/** One failure on one wire: how it comes instead of an answer, and in the middle of one. */
interface TwoWays {
  readonly wire: string
  readonly provider: string
  readonly status: number
  readonly headers?: object
  readonly whole: unknown
  readonly frame: unknown
  readonly kind: Fault['kind']
}

const openai = (code: string, message: string): object => ({ error: { code, message } })
const both = (body: unknown): { whole: unknown; frame: unknown } => ({ whole: body, frame: body })

const failures: readonly TwoWays[] = [
  {
    wire: 'OpenAI Chat',
    provider: 'openai',
    status: 429,
    ...both(openai('rate_limit_exceeded', 'Try again in 2s.')),
    kind: 'rate-limited',
  },
  {
    wire: 'OpenAI Chat',
    provider: 'openai',
    status: 429,
    ...both(openai('insufficient_quota', 'Check your plan.')),
    kind: 'quota-exhausted',
  },
  {
    wire: 'OpenAI Chat',
    provider: 'openai',
    status: 500,
    ...both({ error: { type: 'server_error', message: 'Sorry about that!' } }),
    kind: 'server',
  },
  {
    wire: 'OpenAI Responses',
    provider: 'openai',
    status: 400,
    whole: openai('context_length_exceeded', 'Your input exceeds the context window.'),
    frame: {
      type: 'response.failed',
      response: {
        status: 'failed',
        error: {
          code: 'context_length_exceeded',
          message: 'Your input exceeds the context window.',
        },
      },
    },
    kind: 'context-window',
  },
  {
    wire: 'OpenAI Responses',
    provider: 'openai',
    status: 503,
    whole: openai('server_is_overloaded', 'Try again later.'),
    frame: { type: 'error', code: 'server_is_overloaded', message: 'Try again later.' },
    kind: 'overloaded',
  },
  {
    wire: 'Azure',
    provider: 'azure-openai',
    status: 429,
    ...both({ error: { code: 'too_many_requests', message: 'Please retry after 6 seconds.' } }),
    kind: 'rate-limited',
  },
  {
    wire: 'Anthropic',
    provider: 'anthropic',
    status: 529,
    ...both({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    kind: 'overloaded',
  },
  {
    wire: 'Anthropic',
    provider: 'anthropic',
    status: 400,
    ...both({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Output blocked by content filtering policy',
      },
    }),
    kind: 'content-filtered',
  },
  {
    wire: 'Gemini',
    provider: 'google',
    status: 429,
    ...both({
      error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '34s' }] },
    }),
    kind: 'rate-limited',
  },
  {
    wire: 'Gemini',
    provider: 'google',
    status: 503,
    whole: [{ error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' } }],
    frame: { error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' } },
    kind: 'overloaded',
  },
  {
    wire: 'Bedrock',
    provider: 'bedrock',
    status: 429,
    headers: { 'x-amzn-errortype': 'ThrottlingException' },
    whole: { message: 'Too many tokens, please wait.' },
    frame: {
      ':exception-type': 'throttlingException',
      payload: { message: 'Too many tokens, please wait.' },
    },
    kind: 'rate-limited',
  },
  {
    wire: 'Bedrock, as the SDK decodes it',
    provider: 'bedrock',
    status: 400,
    headers: { 'x-amzn-errortype': 'ValidationException' },
    whole: { message: 'Input is too long for requested model.' },
    frame: { validationException: { message: 'Input is too long for requested model.' } },
    kind: 'context-window',
  },
  {
    wire: 'Mistral',
    provider: 'mistral',
    status: 429,
    ...both({ object: 'error', message: 'Capacity exceeded for this model.', code: '3505' }),
    kind: 'overloaded',
  },
  {
    wire: 'Cohere',
    provider: 'cohere',
    status: 500,
    whole: { message: 'internal server error' },
    frame: {
      type: 'message-end',
      delta: { finish_reason: 'ERROR', error: 'internal server error' },
    },
    kind: 'server',
  },
  {
    wire: 'OpenRouter',
    provider: 'openrouter',
    status: 402,
    whole: { error: { code: 402, message: 'Insufficient credits' } },
    frame: {
      error: { code: 402, message: 'Insufficient credits' },
      choices: [{ delta: { content: '' }, finish_reason: 'error' }],
    },
    kind: 'quota-exhausted',
  },
  {
    wire: 'Ollama',
    provider: 'ollama',
    status: 503,
    ...both({ error: 'server busy, maximum pending requests exceeded' }),
    kind: 'overloaded',
  },
]

/** Every frame is either a word or an error. */
const frames: StreamProtocol = {
  name: 'frames',
  read(chunk, seen) {
    if (typeof chunk !== 'string') seen.error = chunk
    else {
      seen.text += chunk
      seen.content = 'text'
    }
  },
}

const told = ({ kind, retryable, scope, retryAfterMs }: Fault): object => ({
  kind,
  retryable,
  scope,
  retryAfterMs,
})

/** What a policy hears of a failure. */
async function heard(
  provider: string,
  ask: (request: string) => Promise<unknown>,
): Promise<object | undefined> {
  let fault: Fault | undefined
  const listen: Policy<string, unknown> = (ctx, next) =>
    next().catch((error: unknown) => {
      fault = ctx.classify(error)
      throw error
    })
  await expect(pipeline(ask, [listen], { provider })('hello')).rejects.toBeDefined()
  return fault && told(fault)
}

const streamOf = (...chunks: readonly unknown[]) =>
  streaming(
    async function* (_request: string) {
      yield* chunks
    },
    { protocol: frames },
  )

describe('R-15 streams and whole answers are read by one classifier', () => {
  test.each(failures.map((it) => [`${it.wire}: ${it.kind}`, it] as const))(
    '%s, instead of, at the start of, and in the middle of an answer',
    async (_title, { provider, status, headers, whole, frame, kind }) => {
      const error = Object.assign(new Error(), { status, headers, body: whole })
      const instead = await heard(provider, () => Promise.reject(error))
      expect(instead).toMatchObject({ kind })
      expect(await heard(provider, streamOf(frame) as () => Promise<unknown>)).toEqual(instead)

      const stream = await pipeline(streamOf('Hel', frame), [], { provider })('hello')
      const broken: unknown = await collect(stream).catch((reason: unknown) => reason)
      expect(StreamInterruptedError.is(broken) && told(broken.fault)).toEqual(instead)
    },
  )
})
