import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { cache } from '@holdfast/cache'
import { isCorrect, startFaultServer, type FaultServer, type FaultSpec } from '@holdfast/chaos'
import { timeout, type Policy } from '@holdfast/core'
import { fallback } from '@holdfast/fallback'
import {
  anthropicMiddleware,
  endpoint,
  fetchDialect,
  reportOf,
  resilientFetch,
  withoutRetries,
  type EndpointTarget,
  type EventChunk,
  type FetchRequest,
} from '@holdfast/fetch'
import { interrupt, resume } from '@holdfast/interrupt'
import { retry } from '@holdfast/retry'
import { notEmpty } from '@holdfast/validators'
import { generateText, streamText } from 'ai'
import OpenAI, { AzureOpenAI } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'

import { threePlaces } from './fetch-endpoints.ts'
import { clients } from './fetch-every-sdk.ts'

// The SDKs as they come, over a real connection, against a server that fails as providers do.
let server: FaultServer
beforeAll(async () => {
  server = await startFaultServer({ phases: [] })
})
afterAll(() => server.close())

const play = (...faults: readonly FaultSpec[]): void => server.setScenario({ phases: [{ faults }] })

const ATTEMPTS = 3
/** A slow machine must not fail what is healthy: short only where a stall is waited for, by attempt. */
let patienceMs: readonly number[] = []
beforeEach(() => {
  patienceMs = []
})
const policies = () => {
  const limits = [1, 2, 3].map((attempt) => {
    const ms = patienceMs[attempt - 1] ?? 10_000
    return timeout({ firstContentMs: ms, idleMs: ms })
  })
  const patience: Policy<FetchRequest, Response> = (ctx, next) =>
    limits[ctx.attempt - 1]!(ctx, next)
  return [retry({ maxAttempts: ATTEMPTS, baseDelayMs: 1, budget: false }), patience] as const
}

let asked = 0
/** The server tells requests apart by their prompt. */
const prompt = (): string => `What does harbour number ${++asked} do in a storm?`

interface Client {
  whole(prompt: string): Promise<string>
  /** Hands out what comes; throws where the SDK does. */
  streamed(prompt: string, show: (text: string) => void): Promise<void>
}

const chatOf = (make: () => OpenAI): Client => ({
  async whole(text) {
    const messages = [{ role: 'user' as const, content: text }]
    const answer = await make().chat.completions.create({ model: 'gpt-5', messages })
    return answer.choices[0]?.message.content ?? ''
  },
  async streamed(text, show) {
    const messages = [{ role: 'user' as const, content: text }]
    const stream = await make().chat.completions.create({ model: 'gpt-5', messages, stream: true })
    for await (const chunk of stream) show(chunk.choices[0]?.delta.content ?? '')
  },
})

const messagesOf = (make: () => Anthropic): Client => {
  const body = (text: string) => ({
    model: 'claude-sonnet-5',
    max_tokens: 1024,
    messages: [{ role: 'user' as const, content: text }],
  })
  return {
    async whole(text) {
      const { content } = await make().messages.create(body(text))
      return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    },
    async streamed(text, show) {
      const stream = await make().messages.create({ ...body(text), stream: true })
      for await (const event of stream)
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
          show(event.delta.text)
    },
  }
}

const responsesOf = (make: () => OpenAI): Client => ({
  async whole(text) {
    return (await make().responses.create({ model: 'gpt-5', input: text })).output_text
  },
  async streamed(text, show) {
    const stream = await make().responses.create({ model: 'gpt-5', input: text, stream: true })
    for await (const event of stream)
      if (event.type === 'response.output_text.delta') show(event.delta)
  },
})

const gemini: Client = {
  async whole(text) {
    const answer = await google().models.generateContent({
      model: 'gemini-2.5-flash',
      contents: text,
    })
    return answer.text ?? ''
  },
  async streamed(text, show) {
    const stream = await google().models.generateContentStream({
      model: 'gemini-2.5-flash',
      contents: text,
    })
    for await (const chunk of stream) show(chunk.text ?? '')
  },
}

const aiSdk: Client = {
  async whole(text) {
    return (await generateText({ model: vercel().chat('gpt-5'), prompt: text })).text
  },
  async streamed(text, show) {
    const result = streamText({ model: vercel().chat('gpt-5'), prompt: text, onError: () => {} })
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta') show(part.text)
      if (part.type === 'error') throw part.error
    }
  },
}

// The retries of the SDKs are left as they come: none of them may add to ours.
const openai = () =>
  new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, fetch: resilientFetch(policies()) })
const anthropic = () =>
  new Anthropic({ apiKey: 'k', baseURL: server.url, fetch: resilientFetch(policies()) })
const withMiddleware = () =>
  new Anthropic({
    apiKey: 'k',
    baseURL: server.url,
    middleware: [anthropicMiddleware(policies())],
  })
const google = () =>
  new GoogleGenAI({
    apiKey: 'k',
    httpOptions: { baseUrl: server.url, fetch: resilientFetch(policies()) },
  })
const vercel = () =>
  createOpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, fetch: resilientFetch(policies()) })

const CLIENTS: readonly (readonly [name: string, client: Client])[] = [
  ['openai, Chat Completions', chatOf(openai)],
  ['openai, Responses', responsesOf(openai)],
  ['@anthropic-ai/sdk, fetch', messagesOf(anthropic)],
  ['@anthropic-ai/sdk, middleware', messagesOf(withMiddleware)],
  ['@google/genai', gemini],
  ['ai', aiSdk],
]

const FIRST_ONLY: readonly FaultSpec[] = [
  { fault: 'unavailable' },
  { fault: 'rate-limited', retryAfterMs: 1 },
  { fault: 'reset' },
  { fault: 'cut', at: 'preamble' },
  { fault: 'cut', at: 'preamble', end: 'reset' },
  { fault: 'cut', at: 'preamble', end: 'half-event' },
  { fault: 'stalled' },
  { fault: 'stalled', at: 'preamble' },
  { fault: 'error-event' },
  { fault: 'garbled', at: 'preamble' },
  { fault: 'empty-body' },
]
const LATER: readonly FaultSpec[] = [
  { fault: 'cut', at: 'first-content' },
  { fault: 'cut', end: 'reset' },
  { fault: 'cut', end: 'close' },
  { fault: 'cut', end: 'half-event' },
  { fault: 'cut', at: 'end' },
  { fault: 'stalled', at: 'body' },
  { fault: 'error-event', after: 'body' },
  { fault: 'garbled' },
]
const nameOf = ({ fault, ...rest }: FaultSpec): string => `${fault} ${JSON.stringify(rest)}`

describe.each(CLIENTS)('%s', (_, client) => {
  test.each(FIRST_ONLY.map((spec) => [nameOf(spec), spec] as const))(
    'R-4 a stream that fails before its first content is not noticed: %s',
    async (_name, spec) => {
      play({ ...spec, attempts: 1 })
      if (spec.fault === 'stalled') patienceMs = [250]
      const text = prompt()
      const shown: string[] = []
      await client.streamed(text, (piece) => shown.push(piece))
      expect(isCorrect(text, shown.join(''))).toBe(true)
      expect(server.log).toHaveLength(2)
    },
  )

  test.each(LATER.map((spec) => [nameOf(spec), spec] as const))(
    'R-5 R-11 a stream that fails later is an error, and nothing is said twice: %s',
    async (_name, spec) => {
      play({ ...spec, attempts: 1 })
      if (spec.fault === 'stalled') patienceMs = [250]
      const text = prompt()
      const shown: string[] = []
      await expect(client.streamed(text, (piece) => shown.push(piece))).rejects.toBeInstanceOf(
        Error,
      )
      expect(shown.join('')).not.toBe('')
      expect(isCorrect(text, shown.join(''))).toBe(spec.fault === 'cut' && spec.at === 'end')
      expect(server.log).toHaveLength(1)
    },
  )

  test.each([
    { fault: 'unavailable' },
    { fault: 'cut' },
    { fault: 'cut', end: 'reset' },
    { fault: 'garbled' },
    { fault: 'error-event' },
    { fault: 'empty-body' },
  ] satisfies FaultSpec[])('an answer that is none is asked for again: $fault', async (spec) => {
    play({ ...spec, attempts: 1 })
    const text = prompt()
    expect(isCorrect(text, await client.whole(text))).toBe(true)
    expect(server.log).toHaveLength(2)
  })

  test.each([
    { fault: 'rate-limited', retryAfterMs: 1 },
    { fault: 'reset' },
    { fault: 'garbled' },
    { fault: 'error-event' },
  ] satisfies FaultSpec[])(
    'R-29 R-32 $fault for ever: exactly our attempts, whatever the SDK retries by default',
    async (spec) => {
      play(spec)
      await expect(client.whole(prompt())).rejects.toBeInstanceOf(Error)
      expect(server.log).toHaveLength(ATTEMPTS)
    },
  )

  test.each([
    { fault: 'stalled' },
    { fault: 'cut', at: 'preamble' },
    { fault: 'error-event' },
  ] satisfies FaultSpec[])(
    'R-29 a stream that never says anything is an error in the end: $fault',
    async (spec) => {
      play(spec)
      if (spec.fault === 'stalled') patienceMs = [50, 50, 50]
      await expect(client.streamed(prompt(), () => {})).rejects.toBeInstanceOf(Error)
      expect(server.log).toHaveLength(ATTEMPTS)
    },
  )

  test('a web page is an error, not an answer', async () => {
    play({ fault: 'html-page' })
    await expect(client.whole(prompt())).rejects.toBeInstanceOf(Error)
    expect(server.log).toHaveLength(1)
  })
})

describe('the error that an SDK makes in the end', () => {
  test('is its own, with the provider’s own words, headers and status', async () => {
    play({ fault: 'rate-limited', retryAfterMs: 1 })
    const ask = openai().chat.completions.create({
      model: 'gpt-5',
      messages: [{ role: 'user', content: prompt() }],
    })
    const error = await ask.catch((it: unknown) => it)
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    expect((error as InstanceType<typeof OpenAI.APIError>).requestID).toMatch(/^req_/)
  })

  test('says what happened where no response came', async () => {
    play({ fault: 'reset' })
    const ask = anthropic().messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 1024,
      messages: [{ role: 'user', content: prompt() }],
    })
    const error = await ask.catch((it: unknown) => it)
    expect(error).toBeInstanceOf(Anthropic.InternalServerError)
    expect(
      (error as InstanceType<typeof Anthropic.APIError>).headers?.get('x-holdfast-fault'),
    ).toBe('network')
  })
})

describe('what goes with a client', () => {
  test('the report of a call', async () => {
    play({ fault: 'unavailable', attempts: 1 })
    const { response } = await openai()
      .chat.completions.create({
        model: 'gpt-5',
        messages: [{ role: 'user', content: prompt() }],
      })
      .withResponse()
    const report = await reportOf(response)
    expect(report?.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    expect(report?.usage.outputTokens).toBe(server.stats().outputTokens)
  })

  test('R-28 a warning where the SDK retries on top, and a client without retries', async () => {
    play()
    const fetch = resilientFetch([])
    const told: number[] = []
    fetch.events.on('fetch:stacked-retries', ({ retries }) => void told.push(retries))
    // One try of the SDK is lost before it reaches the policies.
    let sent = 0
    const flaky: typeof fetch = Object.assign(
      (...input: Parameters<typeof fetch>) =>
        ++sent === 1 ? Promise.reject(new TypeError('fetch failed')) : fetch(...input),
      fetch,
    )
    const client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, fetch: flaky })
    const ask = (from: OpenAI) =>
      from.chat.completions.create({
        model: 'gpt-5',
        messages: [{ role: 'user', content: prompt() }],
      })
    await ask(client)
    expect(told).toEqual([1])
    expect(withoutRetries(client).maxRetries).toBe(0)
    expectTypeOf(withoutRetries(client)).toEqualTypeOf<OpenAI>()
    expectTypeOf(withoutRetries(anthropic())).toEqualTypeOf<Anthropic>()
  })

  test('the consumer who stops is heard upstream', async () => {
    play({ fault: 'slow', delayMs: 0, factor: 1 })
    server.setScenario({ tokensPerSecond: 50, phases: [] })
    const stream = await openai().chat.completions.create({
      model: 'gpt-5',
      messages: [{ role: 'user', content: prompt() }],
      stream: true,
    })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    await expect.poll(() => server.log[0]?.aborted).toBe(true)
    server.setScenario({ phases: [] })
  })

  test('its own abort', async () => {
    play({ fault: 'stalled' })
    const leaving = new AbortController()
    const ask = openai().chat.completions.create(
      { model: 'gpt-5', messages: [{ role: 'user', content: prompt() }] },
      { signal: leaving.signal },
    )
    setTimeout(() => leaving.abort(), 20)
    await expect(ask).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await expect.poll(() => server.log.map(({ aborted }) => aborted)).toEqual([true])
  })
})

describe('another endpoint of the same wire', () => {
  let down: FaultServer
  beforeAll(async () => {
    down = await startFaultServer({ phases: [{ faults: [{ fault: 'unavailable' }] }] })
  })
  afterAll(() => down.close())
  const messages = () => [{ role: 'user' as const, content: prompt() }]
  const others = (...targets: readonly EndpointTarget[]) =>
    resilientFetch([fallback([endpoint({ provider: 'first' }), ...targets])])

  test('serves OpenAI, with a model of its own', async () => {
    play()
    const fetch = others(
      endpoint({
        baseURL: `${server.url}/v1/`,
        apiKey: 'other',
        model: 'gpt-other',
        provider: 'b',
      }),
    )
    const client = new OpenAI({ apiKey: 'mine', baseURL: `${down.url}/v1`, fetch })
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-5', messages: messages() })
      .withResponse()
    expect(data.model).toBe('gpt-other')
    const report = await reportOf(response)
    expect(report?.attempts.map(({ target, outcome }) => [target, outcome])).toEqual([
      ['first', 'failed'],
      ['b/gpt-other', 'succeeded'],
    ])
  })

  test('serves Gemini, whose model is in the path', async () => {
    play()
    const fetch = others(endpoint({ baseURL: server.url, apiKey: 'other', model: 'gemini-other' }))
    const client = new GoogleGenAI({ apiKey: 'mine', httpOptions: { baseUrl: down.url, fetch } })
    await client.models.generateContent({ model: 'gemini-2.5-flash', contents: prompt() })
    expect(server.log.at(-1)?.model).toBe('gemini-other')
  })

  test('serves Anthropic through its middleware', async () => {
    play()
    const client = new Anthropic({
      apiKey: 'mine',
      baseURL: down.url,
      middleware: [
        anthropicMiddleware([
          fallback([
            endpoint({ provider: 'first' }),
            endpoint({ baseURL: server.url, model: 'claude-other' }),
          ]),
        ]),
      ],
    })
    const message = { model: 'claude-sonnet-5', max_tokens: 1024, messages: messages() }
    expect((await client.messages.create(message)).model).toBe('claude-other')
  })

  test('serves a client of Azure', async () => {
    play()
    const client = new AzureOpenAI({
      apiKey: 'mine',
      endpoint: down.url,
      apiVersion: '2024-10-21',
      fetch: others(endpoint({ baseURL: `${server.url}/v1`, model: 'gpt-other' })),
    })
    const answer = await client.chat.completions.create({ model: 'gpt-5', messages: messages() })
    expect(answer.model).toBe('gpt-other')
  })
})

describe('fetch-every-sdk.ts', () => {
  test('every client gets over a bad start', async () => {
    play({ fault: 'reset', attempts: 1 })
    const {
      openai: chat,
      anthropic: claude,
      google: gem,
      vercel: ai,
      fetch,
    } = clients('k', {
      openai: `${server.url}/v1`,
      anthropic: server.url,
      google: server.url,
    })
    const asks = [
      chatOf(() => chat).whole(prompt()),
      messagesOf(() => claude).whole(prompt()),
      gem.models.generateContent({ model: 'gemini-2.5-flash', contents: prompt() }),
      generateText({ model: ai('gpt-5'), prompt: prompt() }),
      fetch(`${server.url}/v1/responses`, {
        method: 'POST',
        body: JSON.stringify({ model: 'gpt-5', input: prompt() }),
      }),
    ]
    await Promise.all(asks)
    expect(server.log).toHaveLength(2 * asks.length)
  })
})

describe('fetch-endpoints.ts', () => {
  test('the third place serves when the first two are down', async () => {
    play()
    await using down = await startFaultServer({ phases: [{ faults: [{ fault: 'unavailable' }] }] })
    const fetch = threePlaces({
      azure: { baseURL: `${down.url}/v1?api-version=2024-10-21`, apiKey: 'azure' },
      groq: { baseURL: `${server.url}/v1`, apiKey: 'groq' },
    })
    const client = new OpenAI({ apiKey: 'k', baseURL: `${down.url}/v1`, fetch, maxRetries: 0 })
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-oss', messages: [{ role: 'user', content: prompt() }] })
      .withResponse()
    expect(data.model).toBe('openai/gpt-oss-120b')
    const report = await reportOf(response)
    expect(report?.served).toEqual({
      target: 'groq/openai/gpt-oss-120b',
      provider: 'groq',
      model: 'openai/gpt-oss-120b',
    })
    expect(report?.attempts).toHaveLength(3)
  })
})

/** A fetch that answers with these texts, one a request, and keeps what was sent. */
const scripted = (type: string, ...bodies: readonly string[]) => {
  const sent: unknown[] = []
  const fetch = async (_: string | URL | Request, init?: RequestInit): Promise<Response> => {
    sent.push(JSON.parse(init?.body as string))
    return new Response(bodies[sent.length - 1], { headers: { 'content-type': type } })
  }
  return { fetch, sent }
}
const eventsOf = (...data: readonly object[]): string =>
  data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')
const delta = (content: string, finish_reason: string | null = null): object => ({
  id: 'c',
  choices: [{ index: 0, delta: { content }, finish_reason }],
})

describe('policies that work on answers', () => {
  test('resume goes on where a stream broke, and the client sees one answer', async () => {
    const { fetch, sent } = scripted(
      'text/event-stream',
      eventsOf(delta('A harbour in '), delta('a storm is calm')),
      eventsOf(delta(''), delta('a storm is'), delta(' calm and full.'), delta('', 'stop')),
    )
    const wire = fetchDialect()
    const goOn = (request: FetchRequest, text: string) =>
      wire.withMessage(wire.withMessage(request, 'assistant', text), 'user', 'Go on.')
    const client = new OpenAI({
      apiKey: 'k',
      fetch: resilientFetch([resume({ continueWith: goOn })], { fetch }),
    })
    const shown: string[] = []
    await chatOf(() => client).streamed('What of harbours?', (piece) => shown.push(piece))
    expect(shown.join('')).toBe('A harbour in a storm is calm and full.')
    expect(sent[1]).toMatchObject({
      messages: [
        {},
        { role: 'assistant', content: 'A harbour in a storm is calm' },
        { content: 'Go on.' },
      ],
    })
  })

  test('restart is for consumers that can forget: an SDK gets the error, and no request is spent', async () => {
    const { fetch, sent } = scripted('text/event-stream', eventsOf(delta('A harbour')))
    const client = new OpenAI({
      apiKey: 'k',
      fetch: resilientFetch([interrupt('restart')], { fetch }),
    })
    await expect(chatOf(() => client).streamed('?', () => {})).rejects.toMatchObject({
      code: 'HOLDFAST_STREAM_INTERRUPTED',
    })
    expect(sent).toHaveLength(1)
  })

  test('restart says the seam as an event of yours, where the consumer knows it', async () => {
    const { fetch } = scripted(
      'text/event-stream',
      eventsOf(delta('A harbour')),
      eventsOf(delta('Full.'), delta('', 'stop')),
    )
    const seam = (): EventChunk => ({ raw: 'event: forget\ndata: {}\n\n', data: {} })
    const response = await resilientFetch([interrupt('restart', { seam })], { fetch })(
      'https://api.openai.com/v1/chat/completions',
      { method: 'POST', body: JSON.stringify({ model: 'gpt-5', messages: [], stream: true }) },
    )
    expect(await response.text()).toBe(
      eventsOf(delta('A harbour')) + seam().raw + eventsOf(delta('Full.'), delta('', 'stop')),
    )
  })

  test.each([
    [
      'openai',
      (fetch: typeof globalThis.fetch) =>
        chatOf(() => new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, fetch })),
    ],
    [
      'anthropic',
      (fetch: typeof globalThis.fetch) =>
        messagesOf(() => new Anthropic({ apiKey: 'k', baseURL: server.url, fetch })),
    ],
  ])('a cache gives %s the same answer again, whole or as a stream', async (_, clientWith) => {
    play()
    const keep = cache({ scope: 'shared', ttlMs: 60_000, ignore: ['headers'] })
    const client = clientWith(resilientFetch([keep]))
    const text = prompt()
    const shown: string[] = []
    for (let round = 1; round <= 2; round++) {
      expect(isCorrect(text, await client.whole(text))).toBe(true)
      shown.length = 0
      await client.streamed(text, (piece) => shown.push(piece))
      expect(isCorrect(text, shown.join(''))).toBe(true)
    }
    expect(server.log).toHaveLength(2)
  })

  test('a validator reads what the wire says', async () => {
    const whole = (content: string): string =>
      JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] })
    const { fetch } = scripted('application/json', whole(''), whole('Full.'))
    const client = new OpenAI({
      apiKey: 'k',
      fetch: resilientFetch([retry({ baseDelayMs: 1 }), notEmpty()], { fetch }),
    })
    expect(await chatOf(() => client).whole('What of harbours?')).toBe('Full.')
  })
})
