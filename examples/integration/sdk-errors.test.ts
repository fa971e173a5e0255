import Anthropic from '@anthropic-ai/sdk'
import { startFaultServer, type FaultServer, type FaultSpec } from '@holdfast/chaos'
import { circuitBreaker } from '@holdfast/circuit-breaker'
import {
  deadline,
  pipeline,
  timeout,
  TimeoutError,
  type Context,
  type Handler,
  type Provider,
} from '@holdfast/core'
import { AllTargetsFailedError, fallback } from '@holdfast/fallback'
import { auto } from '@holdfast/providers'
import { retry } from '@holdfast/retry'
import { recordEvents } from '@holdfast/testing'
import { notEmpty, notTruncated } from '@holdfast/validators'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

// The errors of the real clients, through the whole stack: untouched, and understood.
let server: FaultServer
let openai: OpenAI
let anthropic: Anthropic

beforeAll(async () => {
  server = await startFaultServer({ phases: [] })
  openai = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 })
})
beforeEach(() => server.setScenario({ phases: [] }))
afterAll(() => server.close())

const under = (...faults: FaultSpec[]): void => server.setScenario({ phases: [{ faults }] })

const messages = [{ role: 'user' as const, content: 'What does a harbour do in a storm?' }]
type Body = OpenAI.ChatCompletionCreateParamsNonStreaming
const body: Body = { model: 'gpt-5', messages }
const message: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5',
  max_tokens: 1024,
  messages,
}

const askOpenAI = (request: Body, ctx: Pick<Context, 'signal'>) =>
  openai.chat.completions.create(request, { signal: ctx.signal })
const askAnthropic = (
  request: Anthropic.MessageCreateParamsNonStreaming,
  ctx: Pick<Context, 'signal'>,
) => anthropic.messages.create(request, { signal: ctx.signal })

/** The whole stack, with waits that a test can afford. */
const stack = <Req, Res>(model: Provider<Req, Res>, provider: string): Handler<Req, Res> =>
  pipeline(
    model,
    [
      deadline({ timeoutMs: 5_000 }),
      retry({ maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 }),
      notEmpty(),
      notTruncated(),
      circuitBreaker(),
      timeout({ timeoutMs: 2_000 }),
    ],
    { provider, dialect: auto },
  )

const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  )

describe.each([
  ['rate-limited', 'rate-limited', OpenAI.RateLimitError, Anthropic.RateLimitError],
  ['server-error', 'server', OpenAI.InternalServerError, Anthropic.InternalServerError],
  ['unavailable', 'overloaded', OpenAI.InternalServerError, Anthropic.InternalServerError],
  ['overloaded', 'overloaded', OpenAI.InternalServerError, Anthropic.InternalServerError],
  ['unauthorized', 'auth', OpenAI.AuthenticationError, Anthropic.AuthenticationError],
  ['forbidden', 'permission', OpenAI.PermissionDeniedError, Anthropic.PermissionDeniedError],
  ['model-not-found', 'model-unavailable', OpenAI.NotFoundError, Anthropic.NotFoundError],
  [
    'unprocessable',
    'invalid-request',
    OpenAI.UnprocessableEntityError,
    Anthropic.UnprocessableEntityError,
  ],
  ['quota-exhausted', 'quota-exhausted', OpenAI.RateLimitError, Anthropic.BadRequestError],
  ['reset', 'network', OpenAI.APIConnectionError, Anthropic.APIConnectionError],
] as const)('%s', (fault, kind, fromOpenAI, fromAnthropic) => {
  const spec = (): FaultSpec => (fault === 'rate-limited' ? { fault, retryAfterMs: 5 } : { fault })

  test('openai: its own error reaches the caller, read as what it is', async () => {
    under(spec())
    const chat = stack(askOpenAI, 'openai')
    const events = recordEvents(chat)
    const error = await caught(chat(body))
    expect(error).toBeInstanceOf(fromOpenAI)
    const failed = events.find(({ type }) => type === 'call:failed')
    expect(failed).toMatchObject({ error, fault: { kind, provider: 'openai' } })
  })

  test('anthropic: its own error reaches the caller, read as what it is', async () => {
    under(spec())
    const chat = stack(askAnthropic, 'anthropic')
    const events = recordEvents(chat)
    const error = await caught(chat(message))
    expect(error).toBeInstanceOf(fromAnthropic)
    const failed = events.find(({ type }) => type === 'call:failed')
    expect(failed).toMatchObject({ error, fault: { kind, provider: 'anthropic' } })
  })
})

test('of several targets each very error is kept, and the first is the cause', async () => {
  under({ fault: 'unauthorized' })
  const chat = pipeline(
    askOpenAI,
    [fallback([{ id: 'mini', provider: 'openai-mini', call: askOpenAI }]), retry()],
    { provider: 'openai' },
  )
  const error = await caught(chat(body))
  expect(error).toBeInstanceOf(AllTargetsFailedError)
  const { errors, cause } = error as AllTargetsFailedError
  expect(cause).toBeInstanceOf(OpenAI.AuthenticationError)
  expect(errors.map((one) => one.error)).toEqual([
    expect.any(OpenAI.AuthenticationError),
    expect.any(OpenAI.AuthenticationError),
  ])
})

test('a caller who leaves gets the very reason, not the abort error of the client', async () => {
  under({ fault: 'stalled' })
  const chat = stack(askOpenAI, 'openai')
  const controller = new AbortController()
  const reason = new Error('the tab was closed')
  const ended = caught(chat(body, { signal: controller.signal }))
  setTimeout(() => controller.abort(reason), 50)
  expect(await ended).toBe(reason)
})

test('a request that hangs ends with a TimeoutError, and the client lets go of the connection', async () => {
  under({ fault: 'stalled' })
  const chat = pipeline(askOpenAI, [timeout({ timeoutMs: 100 })], { provider: 'openai' })
  expect(await caught(chat(body))).toBeInstanceOf(TimeoutError)
})

test("a client's own timeout is a timeout of the target, not a caller who left (T11)", async () => {
  under({ fault: 'stalled' })
  const chat = pipeline(
    (request: Body) => openai.chat.completions.create(request, { timeout: 100 }),
    [],
    { provider: 'openai' },
  )
  const events = recordEvents(chat)
  const error = await caught(chat(body))
  expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
  expect(events.find(({ type }) => type === 'call:failed')).toMatchObject({
    fault: { kind: 'timeout' },
  })
})
