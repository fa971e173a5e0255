import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import {
  FAULT_NAMES,
  startFaultServer,
  type Endpoint,
  type FaultServer,
  type FaultSpec,
} from '../src/index.ts'
import { ask, ENDPOINTS, eventsOf, pick, textOf, type Ask } from './ask.ts'

/** A busy machine may take its time. */
const PATIENT = { interval: 5, timeout: 4000 }

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer({ phases: [] })
})
beforeEach(() => server.restart())
afterAll(() => server.close())

const tested = new Set<string>()

const under = (spec: FaultSpec, asked: Ask = {}): Promise<Response> => {
  tested.add(spec.fault)
  server.setScenario({ phases: [{ faults: [spec] }] })
  return ask(server.url, asked)
}

/** What the four wires say, in the order of ENDPOINTS. */
const onAll = (spec: FaultSpec, asked: Ask = {}): Promise<Response[]> => {
  tested.add(spec.fault)
  server.setScenario({ phases: [{ faults: [spec] }] })
  return Promise.all(ENDPOINTS.map((endpoint) => ask(server.url, { ...asked, endpoint })))
}

describe('errors in the words of each provider', () => {
  it.each<[FaultSpec, [number, string], [number, string], [number, string]]>([
    [
      { fault: 'rate-limited' },
      [429, 'requests rate_limit_exceeded'],
      [429, 'rate_limit_error'],
      [429, 'RESOURCE_EXHAUSTED'],
    ],
    [
      { fault: 'quota-exhausted' },
      [429, 'insufficient_quota insufficient_quota'],
      [400, 'invalid_request_error'],
      [429, 'RESOURCE_EXHAUSTED'],
    ],
    [
      { fault: 'bad-request' },
      [400, 'invalid_request_error unsupported_parameter'],
      [400, 'invalid_request_error'],
      [400, 'INVALID_ARGUMENT'],
    ],
    [
      { fault: 'unauthorized' },
      [401, 'invalid_request_error invalid_api_key'],
      [401, 'authentication_error'],
      [400, 'INVALID_ARGUMENT'],
    ],
    [
      { fault: 'forbidden' },
      [403, 'request_forbidden unsupported_country_region_territory'],
      [403, 'permission_error'],
      [403, 'PERMISSION_DENIED'],
    ],
    [
      { fault: 'model-not-found' },
      [404, 'invalid_request_error model_not_found'],
      [404, 'not_found_error'],
      [404, 'NOT_FOUND'],
    ],
    [
      { fault: 'unprocessable' },
      [422, 'invalid_request_error'],
      [422, 'invalid_request_error'],
      [400, 'INVALID_ARGUMENT'],
    ],
    [
      { fault: 'context-length' },
      [400, 'invalid_request_error context_length_exceeded'],
      [400, 'invalid_request_error'],
      [400, 'INVALID_ARGUMENT'],
    ],
    [
      { fault: 'blocked' },
      [400, 'invalid_request_error content_policy_violation'],
      [400, 'invalid_request_error'],
      [200, ''],
    ],
    [{ fault: 'server-error' }, [500, 'server_error'], [500, 'api_error'], [500, 'INTERNAL']],
    [{ fault: 'unavailable' }, [503, 'server_error'], [503, 'api_error'], [503, 'UNAVAILABLE']],
    [
      { fault: 'overloaded' },
      [503, 'service_unavailable_error server_is_overloaded'],
      [529, 'overloaded_error'],
      [503, 'UNAVAILABLE'],
    ],
    [
      { fault: 'overloaded', status: 529 },
      [529, 'service_unavailable_error server_is_overloaded'],
      [529, 'overloaded_error'],
      [529, 'UNAVAILABLE'],
    ],
  ])('%j', async (spec, openai, anthropic, gemini) => {
    const said = await Promise.all(
      (await onAll(spec)).map(async (response) => {
        const error = pick(await response.json(), 'error')
        const code = pick(error, 'code')
        const type = pick(error, 'type') ?? pick(error, 'status')
        const words = [type, ...(typeof code === 'string' ? [code] : [])]
        return [response.status, words.join(' ')]
      }),
    )
    expect(said).toStrictEqual([openai, openai, anthropic, gemini])
  })

  it('a bad gateway is a page of the edge, without a request id', async () => {
    for (const response of await onAll({ fault: 'bad-gateway' })) {
      expect(response.status).toBe(502)
      expect(response.headers.get('content-type')).toContain('text/html')
      expect(response.headers.has('x-request-id') || response.headers.has('request-id')).toBe(false)
      expect(await response.text()).toContain('<h1>502 Bad Gateway</h1>')
    }
  })

  it("too large is a page in front of OpenAI, and Anthropic's own error", async () => {
    const [chat, , messages] = await onAll({ fault: 'too-large' })
    expect([chat?.status, await chat?.text()]).toStrictEqual([
      413,
      expect.stringContaining('<html>'),
    ])
    expect(messages?.status).toBe(413)
    expect(pick(await messages?.json(), 'error', 'type')).toBe('request_too_large')
  })

  it('names the model and the tokens of the request', async () => {
    const missing = await under({ fault: 'model-not-found' }, { more: { model: 'gpt-$&' } })
    expect(pick(await missing.json(), 'error', 'message')).toContain('`gpt-$&`')
    const long = await under({ fault: 'context-length' }, { endpoint: '/v1/messages' })
    expect(pick(await long.json(), 'error', 'message')).toMatch(
      /^prompt is too long: 20000\d tokens/,
    )
  })

  it('an Anthropic error carries its request id in header and body', async () => {
    const response = await under({ fault: 'overloaded' }, { endpoint: '/v1/messages' })
    expect(pick(await response.json(), 'request_id')).toBe(response.headers.get('request-id'))
    expect(response.headers.get('x-should-retry')).toBe('true')
  })
})

describe('when to come back', () => {
  const limited = (hint: NonNullable<FaultSpec<'rate-limited'>['hint']>): FaultSpec => ({
    fault: 'rate-limited',
    retryAfterMs: 2500,
    hint,
  })

  it('in seconds, in milliseconds, as a date', async () => {
    const headers = async (
      hint: 'retry-after' | 'retry-after-ms' | 'http-date',
    ): Promise<Headers> => (await under(limited(hint))).headers
    expect((await headers('retry-after')).get('retry-after')).toBe('2.5')
    expect((await headers('retry-after-ms')).get('retry-after-ms')).toBe('2500')
    const start = Date.now()
    const date = (await headers('http-date')).get('retry-after') ?? ''
    expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
    expect(Date.parse(date)).toBeGreaterThanOrEqual(start + 2500)
  })

  it("in each provider's reset headers", async () => {
    const [chat, , messages] = await onAll(limited('reset-headers'))
    expect(chat?.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(chat?.headers.get('x-ratelimit-reset-requests')).toBe('2.5s')
    expect(messages?.headers.get('anthropic-ratelimit-requests-reset')).toMatch(/^\d{4}-.+Z$/)
  })

  it("in the details of Gemini's error, which no header repeats", async () => {
    const spec: FaultSpec = { fault: 'rate-limited', retryAfterMs: 2500 }
    const response = await under(spec, { endpoint: '/v1beta/models' })
    expect(response.headers.has('retry-after')).toBe(false)
    const error = pick(await response.json(), 'error')
    expect(error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' })
    expect(pick(error, 'details')).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '2.5s',
    })
    const violation = pick(error, 'details', 0, 'violations', 0)
    expect(violation).toMatchObject({
      quotaId: expect.stringContaining('PerMinute') as string,
      quotaDimensions: { model: 'a-model' },
    })
  })

  it('in the text alone, or not at all', async () => {
    const spoken = await under({ ...limited('text'), retryAfterMs: 634 } as FaultSpec)
    expect(spoken.headers.has('retry-after')).toBe(false)
    expect(pick(await spoken.json(), 'error', 'message')).toMatch(/Please try again in 634ms\.$/)
    const silent = await under(limited('none'))
    expect(JSON.stringify([...silent.headers, await silent.text()])).not.toMatch(
      /retry-after|again/,
    )
  })

  it('a real rate limit lets its burst through and rejects the rest with an honest hint', async () => {
    const responses = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        i === 0
          ? under({ fault: 'rate-limit', requestsPerSecond: 5, burst: 2 })
          : ask(server.url, { prompt: `p${i}` }),
      ),
    )
    const statuses = responses.map((response) => response.status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
    const hints = responses.map((response) => Number(response.headers.get('retry-after') ?? 0))
    expect(Math.max(...hints)).toBeGreaterThan(0)
    for (const { headers, status } of responses) {
      expect(headers.get('x-ratelimit-limit-requests')).toBe('300')
      const left = headers.get('x-ratelimit-remaining-requests')
      expect(status === 200 || left === '0').toBe(true)
    }
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(...hints) * 1000 + 20)
    })
    expect((await ask(server.url)).status).toBe(200)
  })
})

describe('bad answers', () => {
  const shape = async (spec: FaultSpec, endpoint: Endpoint): Promise<unknown> => {
    const body: unknown = await (await under(spec, { endpoint })).json()
    if (endpoint === '/v1/messages')
      return [pick(body, 'content', 0, 'text'), pick(body, 'stop_reason')]
    if (endpoint === '/v1beta/models')
      return [
        pick(body, 'candidates', 0, 'content', 'parts', 0, 'text'),
        pick(body, 'candidates', 0, 'finishReason'),
      ]
    if (endpoint === '/v1/responses')
      return [
        pick(body, 'output', 0, 'content', 0),
        pick(body, 'status'),
        pick(body, 'incomplete_details', 'reason'),
      ]
    const { content, refusal } = pick(body, 'choices', 0, 'message') as Record<string, unknown>
    return [content, refusal, pick(body, 'choices', 0, 'finish_reason')]
  }
  const prose = expect.any(String) as string
  const [CHAT, RESPONSES, MESSAGES, GEMINI] = ENDPOINTS as readonly [
    Endpoint,
    Endpoint,
    Endpoint,
    Endpoint,
  ]

  it('empty: a 200 that says nothing', async () => {
    expect(await shape({ fault: 'empty' }, CHAT)).toStrictEqual(['', null, 'stop'])
    expect(await shape({ fault: 'empty' }, RESPONSES)).toStrictEqual([
      undefined,
      'completed',
      undefined,
    ])
    expect(await shape({ fault: 'empty' }, MESSAGES)).toStrictEqual([undefined, 'end_turn'])
    expect(await shape({ fault: 'empty' }, GEMINI)).toStrictEqual([undefined, 'STOP'])
  })

  it("refusal: each provider's own field, or stop reason", async () => {
    expect(await shape({ fault: 'refusal' }, CHAT)).toStrictEqual([null, prose, 'stop'])
    expect(await shape({ fault: 'refusal' }, RESPONSES)).toStrictEqual([
      { type: 'refusal', refusal: prose },
      'completed',
      undefined,
    ])
    expect(await shape({ fault: 'refusal' }, MESSAGES)).toStrictEqual([prose, 'refusal'])
  })

  it('truncated: half an answer that owns up to it', async () => {
    expect(await shape({ fault: 'truncated' }, CHAT)).toStrictEqual([prose, null, 'length'])
    expect(await shape({ fault: 'truncated' }, RESPONSES)).toStrictEqual([
      expect.objectContaining({ type: 'output_text' }),
      'incomplete',
      'max_output_tokens',
    ])
    expect(await shape({ fault: 'truncated' }, MESSAGES)).toStrictEqual([prose, 'max_tokens'])
    expect(await shape({ fault: 'truncated' }, GEMINI)).toStrictEqual([prose, 'MAX_TOKENS'])
  })

  it('content filter: a finish reason of OpenAI, an error of Anthropic', async () => {
    expect(await shape({ fault: 'content-filter' }, CHAT)).toStrictEqual([
      prose,
      null,
      'content_filter',
    ])
    expect(await shape({ fault: 'content-filter' }, RESPONSES)).toStrictEqual([
      expect.anything(),
      'incomplete',
      'content_filter',
    ])
    expect(await shape({ fault: 'content-filter' }, GEMINI)).toStrictEqual([prose, 'SAFETY'])
    const response = await under({ fault: 'content-filter' }, { endpoint: MESSAGES })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('Output blocked by content filtering policy')
  })

  it('Gemini blocks a prompt in a 200 without candidates, streamed and not', async () => {
    for (const more of [{}, { stream: true }]) {
      const response = await under({ fault: 'blocked' }, { endpoint: GEMINI, more })
      const text = await response.text()
      expect(JSON.parse(text.replace('data: ', ''))).toMatchObject({
        promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
        usageMetadata: { promptTokenCount: 2 },
      })
      expect(text).not.toContain('candidates')
      expect(server.log[0]).toMatchObject({ status: 200, inputTokens: 2, outputTokens: 0 })
    }
  })

  it.each(['invalid-json', 'fenced-json', 'wrong-schema'] as const)(
    '%s spoils JSON and leaves prose alone',
    async (fault) => {
      const json = await under({ fault }, { more: { response_format: { type: 'json_object' } } })
      const text = String(textOf(CHAT, await json.json()))
      expect(text).toMatch(
        {
          'invalid-json': /^\{"id":"\w*$/,
          'fenced-json': /```json\n\{.*\}\n```/,
          'wrong-schema': /^\{"result":\{.*\}\}$/,
        }[fault],
      )
      expect((await under({ fault })).status).toBe(200)
      expect(server.log.at(-1)?.fault).toBe('ok')
    },
  )
})

describe('broken ways', () => {
  it('slow: the factor stretches the latency, the delay is added to it', async () => {
    tested.add('slow')
    const faults: FaultSpec[] = [{ fault: 'slow', factor: 4, delayMs: 20 }]
    server.setScenario({ latencyMs: 15, phases: [{ faults }] })
    const start = performance.now()
    await (await ask(server.url)).text()
    expect(performance.now() - start).toBeGreaterThan(78)
  })

  it('slow: streams write at their pace', async () => {
    server.setScenario({ tokensPerSecond: 1000, phases: [] })
    const start = performance.now()
    await (await ask(server.url, { more: { stream: true } })).text()
    expect(performance.now() - start).toBeGreaterThan(40)
  })

  it('stalled before the headers: nothing comes until the client leaves', async () => {
    const left = new AbortController()
    const asked = under({ fault: 'stalled' }, { signal: left.signal })
    await expect.poll(() => server.log, PATIENT).toHaveLength(1)
    left.abort()
    await expect(asked).rejects.toThrow('aborted')
    await expect
      .poll(() => server.log[0], PATIENT)
      .toMatchObject({ status: null, aborted: true, inputTokens: 0 })
  })

  it('stalled in the body: half of it comes, and after a while the rest', async () => {
    const start = performance.now()
    const response = await under({ fault: 'stalled', at: 'body', forMs: 60 })
    expect(JSON.parse(await response.text())).toHaveProperty('choices')
    expect(performance.now() - start).toBeGreaterThan(58)
  })

  it.each([{}, { stream: true }])('reset before the headers, asked with %j', async (more) => {
    await expect(under({ fault: 'reset' }, { more })).rejects.toThrow('fetch failed')
    expect(server.log[0]).toMatchObject({ status: null, aborted: false, inputTokens: 0 })
  })

  it.each([{}, { stream: true }])('reset in the body, asked with %j', async (more) => {
    const response = await under({ fault: 'reset', at: 'body' }, { more })
    await expect(response.text()).rejects.toThrow('terminated')
  })

  it('cut: half a JSON body, half a stream, both as if they were whole', async () => {
    const whole = await under({ fault: 'cut' })
    const body = await whole.text()
    expect(body).toMatch(/^\{"id":/)
    expect(() => JSON.parse(body)).toThrow(SyntaxError)
    for (const endpoint of ENDPOINTS) {
      const stream = await under({ fault: 'cut' }, { endpoint, more: { stream: true } })
      const events = eventsOf(await stream.text())
      expect(events.length).toBeGreaterThan(20)
      expect(JSON.stringify(events)).not.toMatch(/DONE|message_stop|response.completed|"stop"|STOP/)
    }
  })

  it('garbled: what arrives is whole, but not JSON', async () => {
    const whole = await under({ fault: 'garbled' })
    await expect(whole.json()).rejects.toThrow(SyntaxError)
    const stream = await under({ fault: 'garbled' }, { more: { stream: true } })
    const text = await stream.text()
    expect(text).toContain('[DONE]')
    expect(() => eventsOf(text)).toThrow(SyntaxError)
  })

  it('a page with status 200', async () => {
    const response = await under({ fault: 'html-page' })
    expect([response.status, response.headers.get('content-type')]).toStrictEqual([
      200,
      'text/html; charset=UTF-8',
    ])
    expect(server.stats().outputTokens).toBe(0)
  })

  it('an error first in a stream, or as the body of a 200', async () => {
    for (const response of await onAll({ fault: 'error-event' }, { more: { stream: true } })) {
      expect(response.status).toBe(200)
      const text = await response.text()
      expect(eventsOf(text)).toHaveLength(1)
      expect(text).toMatch(/overloaded/)
    }
    const body: unknown = await (
      await under({ fault: 'error-event', problem: 'rate-limited' })
    ).json()
    expect(pick(body, 'error', 'code')).toBe('rate_limit_exceeded')
    expect(server.stats()).toMatchObject({ inputTokens: 0, outputTokens: 0 })
  })

  it('an error in the middle of a stream', async () => {
    const spec: FaultSpec = { fault: 'error-event', after: 0.5, problem: 'server-error' }
    for (const response of await onAll(spec, { more: { stream: true } })) {
      const events = eventsOf(await response.text())
      expect(events.length).toBeGreaterThan(20)
      expect(JSON.stringify(events.at(-1)?.data)).toMatch(/server_error|api_error|INTERNAL/)
    }
  })
})

it('every fault has been met', () => {
  tested.add('rate-limit')
  // See streams.test.ts.
  for (const name of ['slow-drip', 'bad-ending', 'empty-body', 'no-usage']) tested.add(name)
  expect(FAULT_NAMES.filter((name) => !tested.has(name))).toStrictEqual([])
})
