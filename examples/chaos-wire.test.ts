import Anthropic from '@anthropic-ai/sdk'
import { isCorrect, startFaultServer, type FaultServer, type FaultSpec } from '@holdfast/chaos'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

// The judges of the wire are the real clients: what they parse, and which class they throw.
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

const prompt = 'What does a harbour do in a storm?'
const messages = [{ role: 'user' as const, content: prompt }]
const chat = { model: 'gpt-5', messages }
const message = { model: 'claude-sonnet-5', max_tokens: 1024, messages }
const response = { model: 'gpt-5', input: prompt }

describe('healthy answers', () => {
  it('Chat Completions, whole', async () => {
    const { data: answer, request_id } = await openai.chat.completions.create(chat).withResponse()
    expect(isCorrect(prompt, answer.choices[0]?.message.content ?? '')).toBe(true)
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.usage?.completion_tokens).toBe(server.stats().outputTokens)
    expect(request_id).toMatch(/^req_/)
  })

  it('Chat Completions, streamed, by the raw iterator and by the helper', async () => {
    const options = { include_usage: true }
    const stream = await openai.chat.completions.create({
      ...chat,
      stream: true,
      stream_options: options,
    })
    let text = ''
    let outputTokens = 0
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      outputTokens = chunk.usage?.completion_tokens ?? 0
    }
    expect(isCorrect(prompt, text)).toBe(true)
    expect(outputTokens).toBe(server.stats().outputTokens)

    const final = await openai.chat.completions.stream(chat).finalChatCompletion()
    expect(isCorrect(prompt, final.choices[0]?.message.content ?? '')).toBe(true)
  })

  it('Responses, whole and streamed', async () => {
    const whole = await openai.responses.create(response)
    expect(isCorrect(prompt, whole.output_text)).toBe(true)
    expect(whole.usage?.output_tokens).toBe(server.stats().outputTokens)

    const final = await openai.responses.stream(response).finalResponse()
    expect(final.status).toBe('completed')
    expect(isCorrect(prompt, final.output_text)).toBe(true)
  })

  it('Messages, whole and streamed', async () => {
    const textOf = ({ content }: Anthropic.Message): string =>
      content[0]?.type === 'text' ? content[0].text : ''
    const { data: whole, request_id } = await anthropic.messages.create(message).withResponse()
    expect(isCorrect(prompt, textOf(whole))).toBe(true)
    expect(whole.usage.output_tokens).toBe(server.stats().outputTokens)
    expect(request_id).toMatch(/^req_/)

    const final = await anthropic.messages.stream(message).finalMessage()
    expect(final.stop_reason).toBe('end_turn')
    expect(isCorrect(prompt, textOf(final))).toBe(true)
  })

  it('tool calls, streamed, as the helpers put them together', async () => {
    const tool = { name: 'weather', arguments: { city: 'Bern' } }
    await using tools = await startFaultServer(
      { phases: [] },
      { answer: () => ({ tools: [tool, tool] }) },
    )
    const gpt = new OpenAI({ apiKey: 'none', baseURL: `${tools.url}/v1` })
    const claude = new Anthropic({ apiKey: 'none', baseURL: tools.url })

    const completion = await gpt.chat.completions.stream(chat).finalChatCompletion()
    const calls = completion.choices[0]?.message.tool_calls ?? []
    expect(calls.map((call) => call.type === 'function' && call.function)).toMatchObject([
      { name: 'weather', arguments: '{"city":"Bern"}' },
      { name: 'weather', arguments: '{"city":"Bern"}' },
    ])
    const { output } = await gpt.responses.stream(response).finalResponse()
    expect(output).toMatchObject([
      { type: 'function_call', arguments: '{"city":"Bern"}' },
      { type: 'function_call', arguments: '{"city":"Bern"}' },
    ])
    const { content } = await claude.messages.stream(message).finalMessage()
    expect(content).toMatchObject([
      { type: 'tool_use', input: { city: 'Bern' } },
      { type: 'tool_use', input: { city: 'Bern' } },
    ])
  })
})

describe('errors', () => {
  const under = (spec: FaultSpec): void => server.setScenario({ phases: [{ faults: [spec] }] })

  it.each([
    ['rate-limited', OpenAI.RateLimitError, Anthropic.RateLimitError],
    ['server-error', OpenAI.InternalServerError, Anthropic.InternalServerError],
    ['unavailable', OpenAI.InternalServerError, Anthropic.InternalServerError],
    ['overloaded', OpenAI.InternalServerError, Anthropic.OverloadedError],
    ['unauthorized', OpenAI.AuthenticationError, Anthropic.AuthenticationError],
    ['forbidden', OpenAI.PermissionDeniedError, Anthropic.PermissionDeniedError],
    ['model-not-found', OpenAI.NotFoundError, Anthropic.NotFoundError],
    ['bad-request', OpenAI.BadRequestError, Anthropic.BadRequestError],
    ['quota-exhausted', OpenAI.RateLimitError, Anthropic.BadRequestError],
    ['unprocessable', OpenAI.UnprocessableEntityError, Anthropic.UnprocessableEntityError],
  ] as const)('%s throws the class of its status', async (fault, fromOpenAI, fromAnthropic) => {
    under({ fault })
    await expect(openai.chat.completions.create(chat)).rejects.toBeInstanceOf(fromOpenAI)
    await expect(openai.responses.create(response)).rejects.toBeInstanceOf(fromOpenAI)
    await expect(openai.chat.completions.create({ ...chat, stream: true })).rejects.toBeInstanceOf(
      fromOpenAI,
    )
    await expect(anthropic.messages.create(message)).rejects.toBeInstanceOf(fromAnthropic)
  })

  it('the clients find code, type and request id where they look for them', async () => {
    under({ fault: 'quota-exhausted' })
    await expect(openai.chat.completions.create(chat)).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      requestID: expect.stringMatching(/^req_/),
    })
    under({ fault: 'overloaded' })
    await expect(anthropic.messages.create(message)).rejects.toMatchObject({
      status: 529,
      type: 'overloaded_error',
      requestID: expect.stringMatching(/^req_/),
    })
  })

  it('the retries of the clients obey the hint, and the next attempt meets its own fate', async () => {
    const faults = [{ fault: 'rate-limited' as const, probability: 0.5, retryAfterMs: 60 }]
    server.setScenario({ seed: 2, phases: [{ faults }] })
    const patient = openai.withOptions({ maxRetries: 1 })
    const answer = await patient.chat.completions.create(chat)
    expect(isCorrect(prompt, answer.choices[0]?.message.content ?? '')).toBe(true)
    expect(server.log.map((entry) => entry.status)).toStrictEqual([429, 200])
  })

  it('a reset is a connection error, and so is one half-way through a body', async () => {
    under({ fault: 'reset' })
    await expect(openai.chat.completions.create(chat)).rejects.toBeInstanceOf(
      OpenAI.APIConnectionError,
    )
    await expect(anthropic.messages.create(message)).rejects.toBeInstanceOf(
      Anthropic.APIConnectionError,
    )
  })

  it('an error inside a stream', async () => {
    under({ fault: 'error-event', after: 0.5 })
    const gpt = openai.chat.completions.stream(chat).finalChatCompletion()
    await expect(gpt).rejects.toMatchObject({ code: 'server_is_overloaded' })
    const responses = openai.responses.stream(response).finalResponse()
    await expect(responses).rejects.toMatchObject({ code: 'server_is_overloaded' })
    const claude = anthropic.messages.stream(message).finalMessage()
    await expect(claude).rejects.toMatchObject({ type: 'overloaded_error' })
  })

  it('a stream that is cut is noticed by the helpers alone: raw iterators end in silence', async () => {
    under({ fault: 'cut' })
    const stream = await openai.chat.completions.create({ ...chat, stream: true })
    let finish: string | null | undefined
    for await (const chunk of stream) finish = chunk.choices[0]?.finish_reason ?? finish
    expect(finish).toBeUndefined()
    const helper = anthropic.messages.stream(message).finalMessage()
    await expect(helper).rejects.toBeInstanceOf(Anthropic.AnthropicError)
  })
})
