import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  invoicePrompt,
  isCorrect,
  isCorrectInvoice,
  startFaultServer,
  type FaultServer,
} from '../src/index.ts'
import { ask, ENDPOINTS, eventsOf, pick, streamedText, textOf } from './ask.ts'

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer({ phases: [] })
})
afterAll(() => server.close())

describe.each(ENDPOINTS)('%s', (endpoint) => {
  it('answers with a text that proves itself', async () => {
    const response = await ask(server.url, { endpoint, prompt: 'whole' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json(; charset=UTF-8)?$/)
    const text = textOf(endpoint, await response.json())
    expect(isCorrect('whole', String(text))).toBe(true)
  })

  it('streams the same text, one event per token', async () => {
    const response = await ask(server.url, { endpoint, prompt: 'flow', more: { stream: true } })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const events = eventsOf(await response.text())
    expect(events.length).toBeGreaterThan(40)
    expect(isCorrect('flow', streamedText(endpoint, events))).toBe(true)
  })

  it('extracts the invoice of the prompt as JSON', async () => {
    const items = [{ description: 'Brass gear', quantity: 3, unitCents: 1250 }]
    const prompt = invoicePrompt({ id: 'INV-7', customer: 'Ada', totalCents: 3750, items })
    const response = await ask(server.url, { endpoint, prompt })
    const text = String(textOf(endpoint, await response.json()))
    expect(isCorrectInvoice(prompt, JSON.parse(text))).toBe(true)
  })

  it('cuts the answer at the token limit and says so', async () => {
    const limit = {
      max_tokens: 5,
      ...(endpoint === '/v1/responses' && { max_output_tokens: 5 }),
      ...(endpoint === '/v1beta/models' && { generationConfig: { maxOutputTokens: 5 } }),
    }
    const response = await ask(server.url, { endpoint, prompt: 'long', more: limit })
    const body: unknown = await response.json()
    expect(String(textOf(endpoint, body))).toHaveLength(20)
    expect([
      pick(body, 'choices', 0, 'finish_reason'),
      pick(body, 'incomplete_details', 'reason'),
      pick(body, 'stop_reason'),
      pick(body, 'candidates', 0, 'finishReason'),
    ]).toContain(
      {
        '/v1/chat/completions': 'length',
        '/v1/responses': 'max_output_tokens',
        '/v1/messages': 'max_tokens',
        '/v1beta/models': 'MAX_TOKENS',
      }[endpoint],
    )
  })

  it('rejects a request that says nothing as the provider would, and books it apart', async () => {
    const nothing = { messages: undefined, input: undefined, contents: undefined }
    const response = await ask(server.url, { endpoint, more: nothing })
    expect(response.status).toBe(400)
    const error = pick(await response.json(), 'error')
    expect([pick(error, 'type'), pick(error, 'status')]).toContain(
      endpoint === '/v1beta/models' ? 'INVALID_ARGUMENT' : 'invalid_request_error',
    )
    expect(server.log.at(-1)).toMatchObject({ fault: 'rejected', status: 400, inputTokens: 0 })
    const id = response.headers.get('x-request-id') ?? response.headers.get('request-id')
    expect(id ?? '').toMatch(endpoint === '/v1beta/models' ? /^$/ : /^req_/)
  })
})

it('frames Chat Completions: role, deltas, finish, usage on request, [DONE]', async () => {
  const more = { stream: true, stream_options: { include_usage: true } }
  const response = await ask(server.url, { prompt: 'frames', more })
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
  const events = eventsOf(await response.text())
  const [first, second] = events
  const [finish, usage, done] = events.slice(-3)
  expect(pick(first?.data, 'choices', 0, 'delta', 'role')).toBe('assistant')
  expect(pick(second?.data, 'usage')).toBeNull()
  expect(pick(finish?.data, 'choices', 0, 'finish_reason')).toBe('stop')
  expect(pick(usage?.data, 'choices')).toStrictEqual([])
  expect(pick(usage?.data, 'usage', 'completion_tokens')).toBe(events.length - 4)
  expect(done?.data).toBe('[DONE]')
})

it.each(['/v1/chat/completions', '/v1/responses'] as const)(
  'pads the deltas of %s, so that their size gives no word away, unless the client does not want it',
  async (endpoint) => {
    const plain = { stream: true, stream_options: { include_obfuscation: false } }
    const padded = await ask(server.url, { endpoint, more: { stream: true } })
    const sizes = (await padded.text())
      .split('\n\n')
      .filter((event) => event.includes('obfuscation'))
      .map((event) => event.length)
    expect(sizes.length).toBeGreaterThan(40)
    expect(new Set(sizes.slice(10, 30)).size).toBeLessThan(3)
    const bare = await ask(server.url, { endpoint, more: plain })
    expect(await bare.text()).not.toContain('obfuscation')
  },
)

it('sends no usage in a Chat Completions stream that did not ask for it', async () => {
  const response = await ask(server.url, { more: { stream: true } })
  expect(await response.text()).not.toContain('usage')
})

it('frames Responses: numbered events from created to completed', async () => {
  const endpoint = '/v1/responses'
  const response = await ask(server.url, { endpoint, prompt: 'frames', more: { stream: true } })
  const events = eventsOf(await response.text())
  expect(events.map(({ data }) => pick(data, 'sequence_number'))).toStrictEqual(
    events.map((_, index) => index),
  )
  expect(events.every(({ event, data }) => event === pick(data, 'type'))).toBe(true)
  const kinds = events.map(({ event }) => event).filter((event) => !event?.endsWith('.delta'))
  expect(kinds).toStrictEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ])
})

it('frames Messages: start, ping, deltas, stop reason with cumulative usage, stop', async () => {
  const endpoint = '/v1/messages'
  const response = await ask(server.url, { endpoint, prompt: 'frames', more: { stream: true } })
  expect(response.headers.get('request-id')).toMatch(/^req_01/)
  const events = eventsOf(await response.text())
  const kinds = events.map(({ event }) => event).filter((event) => event !== 'content_block_delta')
  expect(kinds).toStrictEqual([
    'message_start',
    'content_block_start',
    'ping',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  const delta = events.at(-2)?.data
  expect(pick(delta, 'delta', 'stop_reason')).toBe('end_turn')
  expect(pick(delta, 'usage', 'output_tokens')).toBe(events.length - 6)
  // Both ends say what was read.
  expect(pick(delta, 'usage', 'input_tokens')).toBe(
    pick(events[0]?.data, 'message', 'usage', 'input_tokens'),
  )
})

it('frames Gemini: CRLF, cumulative usage, a last chunk that says why it stopped', async () => {
  const endpoint = '/v1beta/models'
  const more = { stream: true, model: 'gemini-2.5-flash' }
  const response = await ask(server.url, { endpoint, prompt: 'frames', more })
  const text = await response.text()
  expect(text.replaceAll('\r\n', '')).not.toContain('\n')
  const events = eventsOf(text).map(({ data }) => data)
  const counts = events.map((data) => pick(data, 'usageMetadata', 'candidatesTokenCount'))
  expect(counts).toStrictEqual([...events.keys()].map((n) => Math.min(n + 1, events.length - 1)))
  expect(events.at(-1)).toMatchObject({
    candidates: [{ content: { role: 'model' }, finishReason: 'STOP', index: 0 }],
    modelVersion: 'gemini-2.5-flash',
  })
  expect(server.log.at(-1)).toMatchObject({ endpoint, model: 'gemini-2.5-flash' })
})

it('streams Gemini as server-sent events only, and knows no other method', async () => {
  const post = (path: string): Promise<Response> =>
    fetch(server.url + path, { method: 'POST', body: '{"contents":[{}]}' })
  expect((await post('/v1beta/models/m:streamGenerateContent')).status).toBe(400)
  expect((await post('/v1/models/m:generateContent')).status).toBe(200)
  expect((await post('/v1beta/models/m:embedContent')).status).toBe(404)
  expect((await post('/v1beta/models')).status).toBe(404)
})

it('speaks Chat Completions below /openai too, where Groq has it', async () => {
  const response = await fetch(`${server.url}/openai/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] }),
  })
  expect(response.status).toBe(200)
  expect(server.log.at(-1)?.endpoint).toBe('/v1/chat/completions')
})

it('answers a wrong path as OpenAI does', async () => {
  const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body: '{}' })
  expect(response.status).toBe(404)
  expect(pick(await response.json(), 'error', 'message')).toBe(
    'Invalid URL (POST /chat/completions)',
  )
})
