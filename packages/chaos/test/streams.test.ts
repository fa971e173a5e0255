import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  startFaultServer,
  type ChaosAnswer,
  type FaultServer,
  type FaultSpec,
  type LogEntry,
} from '../src/index.ts'
import { ask, ENDPOINTS, eventsOf, pick } from './ask.ts'

const ANSWER = {
  reasoning: 'Harbours ask for thought.',
  text: 'A harbour shelters ships.',
  tools: [{ name: 'weather', arguments: { city: 'Bern', days: 'seven' } }],
} satisfies ChaosAnswer

/** Four characters a token: 7 of thought, 7 of text, 8 of arguments. */
const TOKENS = { reasoning: 7, text: 7, tool: 8, all: 22 }

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer({ phases: [] }, { answer: () => ANSWER })
})
afterAll(() => server.close())

describe.each(ENDPOINTS)('%s', (endpoint) => {
  const gemini = endpoint === '/v1beta/models'

  interface Streamed {
    readonly response: Response
    readonly body: string
    readonly error: unknown
    readonly entry: LogEntry
  }

  /** Reads a stream as far as it comes. */
  const under = async (spec?: FaultSpec): Promise<Streamed> => {
    server.setScenario({ phases: spec === undefined ? [] : [{ faults: [spec] }] })
    const more = { stream: true, stream_options: { include_usage: true } }
    const response = await ask(server.url, { endpoint, more })
    let body = ''
    let error: unknown
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let done = reader === undefined; !done;) {
      const read = await reader?.read().catch((thrown: unknown) => void (error = thrown))
      body += read?.value ?? ''
      done = read?.done ?? true
    }
    const [entry] = server.log
    if (entry === undefined) throw new Error('nothing was booked')
    return { response, body, error, entry }
  }

  const ENDING =
    /"finish_reason":"tool_calls"|"stop_reason":"tool_use"|response\.completed|"finishReason"/
  const DONE = /\[DONE\]|"message_stop"|response\.completed|"finishReason"/

  it('carries thoughts, words and tool calls, and bills them all', async () => {
    const { body, entry } = await under()
    expect(body).toMatch(/reasoning_content|reasoning_summary_text|thinking_delta|"thought":true/)
    expect(body).toMatch(ENDING)
    expect(body).toMatch(DONE)
    expect(entry).toMatchObject({ outputTokens: TOKENS.all, bytes: Buffer.byteLength(body) })
  })

  it.each([
    ['preamble', 0],
    ['first-content', 1],
    ['reasoning', 4],
    ['body', 11],
    ['tool', TOKENS.reasoning + TOKENS.text + TOKENS.tool / 2],
    ['end', TOKENS.all],
  ] as const)(
    'cut at %s bills %d tokens, and what was sent is a part of it',
    async (at, tokens) => {
      const whole = eventsOf((await under()).body)
      const { body, entry, error } = await under({ fault: 'cut', at })
      expect(error).toBeUndefined()
      // A call of Gemini comes whole or not at all.
      expect(entry.outputTokens).toBe(at === 'tool' && gemini ? TOKENS.all : tokens)
      const events = eventsOf(body)
      expect(events.length).toBeLessThan(whole.length)
      expect(events.map(({ event }) => event)).toStrictEqual(
        whole.slice(0, events.length).map(({ event }) => event),
      )
      expect(body).not.toMatch(ENDING)
      expect(entry.bytes).toBe(Buffer.byteLength(body))
    },
  )

  it.each(['preamble', 'first-content'] as const)('cut at %s ends in four ways', async (at) => {
    const clean = await under({ fault: 'cut', at })
    const reset = await under({ fault: 'cut', at, end: 'reset' })
    const close = await under({ fault: 'cut', at, end: 'close' })
    const half = await under({ fault: 'cut', at, end: 'half-event' })
    expect(clean.error).toBeUndefined()
    expect(clean.response.headers.get('transfer-encoding')).toBe('chunked')
    expect(String(reset.error)).toContain('terminated')
    expect(close.error).toBeUndefined()
    expect(close.response.headers.get('transfer-encoding')).toBeNull()
    expect(close.response.headers.get('connection')).toBe('close')
    expect(half.error).toBeUndefined()
    expect(half.body).toMatch(/data: \{[^\n]*$/)
    expect(() => eventsOf(half.body)).toThrow(SyntaxError)
    const count = ({ body }: Streamed): number => body.split('data: ').length
    expect(count(close)).toBe(count(clean))
    expect(count(half)).toBe(count(clean) + 1)
  })

  it('stalls in the middle of a tool call, pings, and goes on', async () => {
    const spec: FaultSpec = { fault: 'stalled', at: 'tool', forMs: 60, pingMs: 10 }
    const { body, entry } = await under(spec)
    const pings = body.match(/: keep-alive\r?\n\r?\n|event: ping\n/g) ?? []
    expect(pings.length).toBeGreaterThan(4)
    expect(body).toMatch(DONE)
    expect(entry.outputTokens).toBe(TOKENS.all)
  })

  it('reports an error at a place, and bills what was said before it', async () => {
    const spec: FaultSpec = { fault: 'error-event', after: 'first-content', problem: 'overloaded' }
    const { body, entry } = await under(spec)
    const events = eventsOf(body)
    expect(JSON.stringify(events.at(-1)?.data)).toMatch(/overloaded/)
    expect(body).not.toMatch(DONE)
    expect(entry).toMatchObject({ status: 200, outputTokens: 1 })
    // Of the four wires, Responses alone counts its events.
    const counts = endpoint === '/v1/responses'
    expect(events.map(({ data }) => pick(data, 'sequence_number'))).toStrictEqual(
      events.map((_, number) => (counts ? number : undefined)),
    )
  })

  it('thoughts use the token limit up: nothing is said, and the reason is the limit', async () => {
    server.setScenario({ phases: [] })
    const limit = TOKENS.reasoning + 2
    const more = {
      max_tokens: limit,
      ...(endpoint === '/v1/responses' && { max_output_tokens: limit }),
      ...(gemini && { generationConfig: { maxOutputTokens: limit } }),
    }
    const body = await (await ask(server.url, { endpoint, more })).text()
    expect(body).toContain(ANSWER.reasoning)
    expect(body).toContain(ANSWER.text.slice(0, 8))
    expect(body).not.toContain(ANSWER.text.slice(0, 9))
    expect(body).not.toContain('weather')
    expect(body).toMatch(/"length"|"max_output_tokens"|"max_tokens"|"MAX_TOKENS"/)
    expect(server.log.at(-1)?.outputTokens).toBe(limit)
  })

  it('garbles the event after a place', async () => {
    const { body } = await under({ fault: 'garbled', at: 'preamble' })
    expect(body).toMatch(DONE)
    expect(() => eventsOf(body)).toThrow(SyntaxError)
  })

  it('ends badly: without a finish reason, without the end of it, without the last line', async () => {
    const finish = await under({ fault: 'bad-ending' })
    expect(finish.body).not.toMatch(ENDING)
    // Chat and Messages say twice that they are over.
    const twice = endpoint === '/v1/chat/completions' || endpoint === '/v1/messages'
    expect(DONE.test(finish.body)).toBe(twice)
    const done = await under({ fault: 'bad-ending', missing: 'done' })
    expect(done.body).toMatch(ENDING)
    expect(DONE.test(done.body)).toBe(!twice)
    const line = await under({ fault: 'bad-ending', missing: 'blank-line' })
    expect(line.body).toMatch(gemini ? /[^\n]\r\n$/ : /[^\n]\n$/)
    for (const { entry } of [finish, done, line])
      expect(entry).toMatchObject({ fault: 'bad-ending', outputTokens: TOKENS.all })
  })

  it('an empty body is billed to nobody', async () => {
    const { response, body, entry } = await under({ fault: 'empty-body' })
    expect([response.status, body]).toStrictEqual([200, ''])
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(entry).toMatchObject({ inputTokens: 0, outputTokens: 0, bytes: 0 })
  })

  it('drips: the same events, in slivers', async () => {
    const whole = await under()
    const drip = await under({ fault: 'slow-drip', bytes: 3 })
    const kinds = ({ body }: Streamed): unknown => eventsOf(body).map(({ event }) => event)
    expect(kinds(drip)).toStrictEqual(kinds(whole))
    expect(drip.entry.bytes).toBe(whole.entry.bytes)
  })

  it('tells no usage, and bills it all the same', async () => {
    const { body, entry } = await under({ fault: 'no-usage' })
    expect(body).not.toMatch(/_tokens":[1-9]|TokenCount/)
    expect(body).toMatch(DONE)
    expect(entry.outputTokens).toBe(TOKENS.all)
  })

  it('meets the first attempts only, where the scenario says so', async () => {
    server.setScenario({ phases: [{ faults: [{ fault: 'unavailable', attempts: 2 }] }] })
    const statuses = []
    for (const prompt of ['a', 'a', 'b', 'a'])
      statuses.push((await ask(server.url, { endpoint, prompt })).status)
    expect(statuses).toStrictEqual([503, 503, 503, 200])
  })
})
