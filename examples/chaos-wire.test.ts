import Anthropic from '@anthropic-ai/sdk'
import { ApiError, GoogleGenAI, type GenerateContentResponse } from '@google/genai'
import { isCorrect, startFaultServer, type FaultServer, type FaultSpec } from '@holdfast/chaos'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

// The judges of the wire are the real clients: what they parse, and which class they throw.
let server: FaultServer
let openai: OpenAI
let anthropic: Anthropic
let google: GoogleGenAI

beforeAll(async () => {
  server = await startFaultServer({ phases: [] })
  openai = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 })
  google = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: server.url } })
})
beforeEach(() => server.setScenario({ phases: [] }))
afterAll(() => server.close())

const prompt = 'What does a harbour do in a storm?'
const messages = [{ role: 'user' as const, content: prompt }]
const chat = { model: 'gpt-5', messages }
const message = { model: 'claude-sonnet-5', max_tokens: 1024, messages }
const response = { model: 'gpt-5', input: prompt }
const contents = { model: 'gemini-3-pro', contents: prompt }

const collect = async <T>(chunks: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const chunk of chunks) all.push(chunk)
  return all
}

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

  it('Gemini, whole and streamed', async () => {
    const whole = await google.models.generateContent(contents)
    expect(isCorrect(prompt, whole.text ?? '')).toBe(true)
    const counted = whole.usageMetadata?.candidatesTokenCount
    expect(counted).toBe(server.stats().outputTokens)

    const chunks = await collect(await google.models.generateContentStream(contents))
    expect(isCorrect(prompt, chunks.map((chunk) => chunk.text ?? '').join(''))).toBe(true)
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP')
    // Another attempt, another answer: its usage is its own.
    const last = chunks.at(-1)?.usageMetadata?.candidatesTokenCount
    expect(last).toBe(server.log.at(-1)?.outputTokens)
  })

  it('thoughts, words and tool calls in one stream, as each client tells them apart', async () => {
    const answer = {
      reasoning: 'It depends on the wind.',
      text: 'Let me look.',
      tools: [{ name: 'weather', arguments: { city: 'Bern' } }],
    }
    await using thinking = await startFaultServer({ phases: [] }, { answer: () => answer })
    const claude = new Anthropic({ apiKey: 'none', baseURL: thinking.url })
    const { content: blocks, usage } = await claude.messages.stream(message).finalMessage()
    expect(blocks).toMatchObject([
      { type: 'thinking', thinking: answer.reasoning },
      { type: 'text', text: answer.text },
      { type: 'tool_use', name: 'weather', input: { city: 'Bern' } },
    ])
    expect(usage.output_tokens).toBe(thinking.stats().outputTokens)

    const gpt = new OpenAI({ apiKey: 'none', baseURL: `${thinking.url}/v1` })
    const { output } = await gpt.responses.stream(response).finalResponse()
    expect(output).toMatchObject([
      { type: 'reasoning', summary: [{ text: answer.reasoning }] },
      { type: 'message', content: [{ text: answer.text }] },
      { type: 'function_call', name: 'weather', arguments: '{"city":"Bern"}' },
    ])

    const gemini = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: thinking.url } })
    const chunks = await collect(await gemini.models.generateContentStream(contents))
    const parts = (chunk: GenerateContentResponse) => chunk.candidates?.[0]?.content?.parts ?? []
    const textWhere = (thought: boolean): string =>
      chunks
        .flatMap(parts)
        .map((part) => ((part.thought ?? false) === thought ? (part.text ?? '') : ''))
        .join('')
    expect(textWhere(true)).toBe(answer.reasoning)
    expect(textWhere(false)).toBe(answer.text)
    expect(chunks.flatMap((chunk) => chunk.functionCalls ?? [])).toMatchObject([
      { name: 'weather', args: { city: 'Bern' } },
    ])
    const { candidatesTokenCount = 0, thoughtsTokenCount = 0 } = chunks.at(-1)?.usageMetadata ?? {}
    expect(candidatesTokenCount + thoughtsTokenCount).toBe(thinking.log.at(-1)?.outputTokens)
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

  it('Gemini: an error with its status, its words, and when to come back', async () => {
    under({ fault: 'rate-limited', retryAfterMs: 2500 })
    const limited = google.models.generateContent(contents)
    await expect(limited).rejects.toBeInstanceOf(ApiError)
    await expect(limited).rejects.toMatchObject({
      status: 429,
      message: expect.stringMatching(/RESOURCE_EXHAUSTED.*PerMinute.*"retryDelay":"2.5s"/),
    })
    under({ fault: 'overloaded' })
    await expect(google.models.generateContentStream(contents)).rejects.toMatchObject({
      status: 503,
    })
    under({ fault: 'blocked' })
    const blocked = await google.models.generateContent(contents)
    expect(blocked.text).toBeUndefined()
    expect(blocked.promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT')
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
    const gemini = google.models.generateContentStream(contents).then(collect)
    await expect(gemini).rejects.toMatchObject({ status: 503 })
  })

  it('a stream that is cut is noticed by the helpers alone: raw iterators end in silence', async () => {
    under({ fault: 'cut' })
    const stream = await openai.chat.completions.create({ ...chat, stream: true })
    let finish: string | null | undefined
    for await (const chunk of stream) finish = chunk.choices[0]?.finish_reason ?? finish
    expect(finish).toBeUndefined()
    const chunks = await collect(await google.models.generateContentStream(contents))
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBeUndefined()
    const helper = anthropic.messages.stream(message).finalMessage()
    await expect(helper).rejects.toBeInstanceOf(Anthropic.AnthropicError)
  })
})
