import { ConfigurationError, place } from '@holdfast/core'
import type { Universal } from '@holdfast/core'
import { describe, expect, test, vi } from 'vitest'

import {
  again,
  answer,
  ask,
  askSdk,
  CHAT,
  fails,
  GEMINI,
  json,
  scripted,
  text,
} from '../test/scripted.ts'
import { BodyConsumedError, HttpError } from './errors.ts'
import { reportOf } from './report.ts'
import type { FetchRequest } from './request.ts'
import { resilientFetch } from './resilient-fetch.ts'

const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })

describe('a request', () => {
  const INPUTS: Readonly<
    Record<string, (init: RequestInit) => [string | URL | Request, RequestInit?]>
  > = {
    'a text and init': (init) => [CHAT, init],
    'a URL and init': (init) => [new URL(CHAT), init],
    'a Request': (init) => [new Request(CHAT, init)],
    'a Request and init': (init) => [new Request(CHAT, { method: 'POST' }), init],
    'headers as a plain object': (init) => [
      CHAT,
      { ...init, headers: Object.fromEntries(new Headers(init.headers)) },
    ],
    'headers as pairs': (init) => [CHAT, { ...init, headers: [...new Headers(init.headers)] }],
    'a body in a buffer': (init) => [
      CHAT,
      { ...init, body: new TextEncoder().encode(init.body as string).buffer },
    ],
    'a body of bytes': (init) => [
      CHAT,
      { ...init, body: new TextEncoder().encode(init.body as string) },
    ],
  }
  test.each(Object.entries(INPUTS))('given as %s goes out as it is', async (_, input) => {
    const fetch = scripted(json(answer('Hi')))
    await resilientFetch([], { fetch })(...input(ask()))
    const [{ url, init }] = fetch.sent as [(typeof fetch.sent)[0]]
    expect(url).toBe(CHAT)
    expect(init.method).toBe('POST')
    expect(init.headers).toMatchObject({ authorization: 'Bearer secret' })
    const body = init.body as string | Uint8Array
    expect(typeof body === 'string' ? body : new TextDecoder().decode(body)).toBe(ask().body)
    expect(init.signal).toBeInstanceOf(AbortSignal)
  })

  test('keeps what else the host said', async () => {
    const fetch = scripted(json(answer('Hi')))
    const dispatcher = {}
    await resilientFetch([], { fetch })(CHAT, { ...ask(), dispatcher, keepalive: true } as never)
    expect(fetch.sent[0]?.init).toMatchObject({ dispatcher, keepalive: true })
  })

  test('is plain data to policies: two that ask the same are the same to a cache', async () => {
    const seen: FetchRequest[] = []
    const look: Universal<'look', 8> = place(
      { name: 'look', floor: 'validate' },
      (ctx, next) => (
        seen.push(ctx.request as FetchRequest),
        next({ request: { ...ctx.request } })
      ),
    )
    const fetch = scripted(json(answer('Hi')))
    const resilient = resilientFetch([look], { fetch })
    await resilient(CHAT, { ...ask(), keepalive: true })
    await resilient(CHAT, { ...ask(), keepalive: true })
    expect(seen[0]).toStrictEqual(seen[1])
    expect(Object.getOwnPropertySymbols(seen[0])).toEqual([])
    // Copies go the same way.
    expect(fetch.sent[1]?.init.keepalive).toBe(true)
  })

  test('goes to the global fetch of the moment, when none is given', async () => {
    const resilient = resilientFetch([])
    vi.stubGlobal('fetch', scripted(json(answer('from the stub'))))
    const response = await resilient(CHAT, ask())
    expect(await response.json()).toEqual(answer('from the stub'))
  })

  test('given as a form of texts goes out as one, again and again', async () => {
    const fetch = scripted(json({}, { status: 503 }), json({}))
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    await resilientFetch([again().policy], { fetch })('https://auth.example/token', {
      method: 'POST',
      body,
    })
    expect(fetch.sent.map(({ init }) => init.body)).toEqual([String(body), String(body)])
    expect(fetch.sent[1]?.init.headers['content-type']).toMatch(/^application\/x-www-form-url/)
  })

  test('given as a Request keeps its redirects; a text of its body can be sent again', async () => {
    const fetch = scripted(json({}, { status: 503 }), json(answer('Hi')))
    const request = new Request(CHAT, { ...ask(), redirect: 'error' })
    await resilientFetch([again().policy], { fetch })(request)
    const bytes = new TextEncoder().encode(ask().body as string)
    expect(fetch.sent.map(({ init }) => init.body)).toEqual([bytes, bytes])
    expect(fetch.sent[0]?.init.redirect).toBe('error')
  })

  test('T34 given as a Request with an upload goes through once, as a stream', async () => {
    const fetch = scripted(json({}))
    const init = { method: 'PUT', body: 'bytes', headers: { 'content-type': 'audio/mpeg' } }
    await resilientFetch([], { fetch })(new Request('https://files.example/a', init))
    expect(fetch.sent[0]?.init).toMatchObject({ duplex: 'half' })
    expect(await new Response(fetch.sent[0]?.init.body).text()).toBe('bytes')
  })

  test('T34 a body that is a stream goes out once: no policy gets it twice', async () => {
    const fetch = scripted(json({}, { status: 503 }))
    const { policy, faults } = again()
    const call = resilientFetch([policy], { fetch })(CHAT, {
      method: 'POST',
      body: new Blob(['audio']).stream(),
      duplex: 'half',
    } as RequestInit)
    await expect(call).rejects.toBeInstanceOf(BodyConsumedError)
    expect(fetch.sent).toHaveLength(1)
    expect(faults.map(({ kind }) => kind)).toEqual(['overloaded', 'invalid-request'])
  })

  test('T34 a form or a file goes out as it is, again and again', async () => {
    const form = new FormData()
    form.set('file', new Blob(['audio']), 'a.mp3')
    for (const body of [form, new Blob(['audio'])]) {
      const fetch = scripted(json({}, { status: 503 }), json({ text: 'Hello' }))
      const url = 'https://api.openai.com/v1/audio/transcriptions'
      const response = await resilientFetch([again().policy], { fetch })(url, {
        method: 'POST',
        body,
      })
      expect(await response.json()).toEqual({ text: 'Hello' })
      expect(fetch.sent.map(({ init }) => init.body)).toEqual([body, body])
    }
  })

  test('T34 a stream says to policies that ask that it goes out once', async () => {
    const seen: unknown[] = []
    const look: Universal<'look', 8> = place(
      { name: 'look', floor: 'validate' },
      (ctx, next) => (seen.push((ctx.request as FetchRequest).bodyUsed), next()),
    )
    const fetch = resilientFetch([look], { fetch: scripted(json({})) })
    const upload = { method: 'PUT', body: new Blob(['audio']).stream(), duplex: 'half' }
    await fetch('https://files.example/a', upload)
    await fetch('https://files.example/a', { method: 'PUT', body: 'text' })
    expect(seen).toEqual([true, undefined])
  })

  test.each<[string, BodyInit | Request]>([
    ['bytes', new TextEncoder().encode(ask().body as string)],
    ['a Blob', new Blob([ask().body as string], { type: 'application/json' })],
    [
      'a Request of bytes',
      new Request(CHAT, { method: 'POST', body: new TextEncoder().encode(ask().body as string) }),
    ],
  ])('a question is known as one when it comes in %s', async (_, body) => {
    const fetch = scripted(json({ error: { code: 429, message: 'Slow down' } }), json(answer('Hi')))
    const resilient = resilientFetch([again().policy], { fetch })
    const response = await (body instanceof Request
      ? resilient(body)
      : resilient(CHAT, { method: 'POST', body }))
    expect(await response.json()).toEqual(answer('Hi'))
    expect(fetch.sent).toHaveLength(2)
  })

  test('bytes of a Request stay what they are, and get no type', async () => {
    const fetch = scripted(json({}))
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x00])
    const resilient = resilientFetch([], { fetch })
    const headers = { 'content-type': 'text/plain;charset=latin1' }
    await resilient(new Request('https://files.example/a', { method: 'PUT', body: bytes }))
    await resilient(new Request('https://files.example/a', { method: 'PUT', body: bytes, headers }))
    expect(fetch.sent.map(({ init }) => init.body)).toEqual([bytes, bytes])
    expect(fetch.sent[0]?.init.headers).toEqual({})
  })

  test('given as a Request keeps all that it says of its way, which init can change', async () => {
    const fetch = scripted(json({}))
    const way = { credentials: 'include', cache: 'no-store', keepalive: true } as const
    const request = new Request('https://files.example/a', way)
    await resilientFetch([], { fetch })(request, { cache: 'reload' })
    expect(fetch.sent[0]?.init).toMatchObject({ ...way, cache: 'reload' })
  })

  test('given as a Request and init is what fetch makes of the two', async () => {
    const leaving = AbortSignal.abort(new Error('left'))
    const fetch = resilientFetch([], { fetch: scripted(json({})) })
    const request = new Request('https://files.example/a', { signal: leaving })
    await expect(fetch(request)).rejects.toThrow('left')
    await expect(fetch(request, { signal: null })).resolves.toBeInstanceOf(Response)
  })

  test('T34 a Request whose body was read is refused in a sentence', async () => {
    const request = new Request(CHAT, ask())
    await request.text()
    const fetch = scripted(json({}))
    await expect(resilientFetch([], { fetch })(request)).rejects.toThrow(
      /cannot be sent \(again\): its body is a stream, and has been read/,
    )
    expect(fetch.sent).toHaveLength(0)
  })

  test('T34 the key in a query is in no error', async () => {
    const request = new Request(`${GEMINI}?key=secret`, { method: 'POST', body: '{}' })
    await request.text()
    await expect(resilientFetch([])(request)).rejects.not.toThrow(/secret/)
  })
})

describe('an answer', () => {
  test('can be read, though it was read already, and keeps URL, status and headers', async () => {
    const response = Response.json(answer('Hi'), { headers: { 'x-request-id': 'req_1' } })
    Object.defineProperty(response, 'url', { value: CHAT })
    const fetch = resilientFetch([], { fetch: scripted(() => response) })
    const got = await fetch(CHAT, ask())
    expect(got).toMatchObject({ status: 200, ok: true, url: CHAT, bodyUsed: false })
    expect(got.headers.get('x-request-id')).toBe('req_1')
    expect(await got.clone().json()).toEqual(answer('Hi'))
    expect(await got.json()).toEqual(answer('Hi'))
  })

  test('is cloned with its URL', async () => {
    const response = Object.defineProperty(Response.json(answer('Hi')), 'url', { value: CHAT })
    const got = await resilientFetch([], { fetch: scripted(() => response) })(CHAT, ask())
    expect(got.clone().clone().url).toBe(CHAT)
  })

  test('to a request that asks no model has the very bytes that came, and no type that did not', async () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0xe9])
    const fetch = resilientFetch([], { fetch: scripted(() => new Response(bytes)) })
    const response = await fetch('https://api.openai.com/v1/files/f/content')
    expect([...response.headers]).toEqual([])
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })

  test('of which no other can be made passes as it is', async () => {
    const opaque = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
    const fetch = resilientFetch([], { fetch: scripted(() => opaque) })
    expect(await fetch('https://files.example/a', { redirect: 'manual' })).toBe(opaque)
  })

  test('that a policy has read can still be read', async () => {
    const fetch = resilientFetch(
      [
        async (_, next) => {
          const response = await next()
          await response.text()
          return response
        },
      ],
      { fetch: scripted(json(answer('Hi'))) },
    )
    expect(await (await fetch(CHAT, ask())).json()).toEqual(answer('Hi'))
  })

  test.each<[string, ReturnType<typeof json>, string]>([
    ['an error status', json({ error: { message: 'no' } }, { status: 500 }), 'server'],
    ['R-1 an error in a 200', json({ error: { code: 429, message: 'Slow down' } }), 'rate-limited'],
    ['nothing', text('', 'application/json'), 'empty'],
    ['an empty object', json({}), 'empty'],
    ['half a JSON', text('{"choices": [{"mess', 'application/json'), 'incomplete'],
    ['a sentence', text('upstream says no', 'text/plain'), 'invalid-output'],
    ['a 204', () => new Response(null, { status: 204 }), 'empty'],
    ['a broken connection', fails(refused), 'network'],
  ])('that is %s is a fault', async (_, step, kind) => {
    const fetch = scripted(step, json(answer('Hi')))
    const { policy, faults } = again()
    const response = await resilientFetch([policy], { fetch })(CHAT, ask())
    expect(await response.json()).toEqual(answer('Hi'))
    expect(faults.map((fault) => fault.kind)).toEqual([kind])
  })

  test('that is a web page is a fault, which the same request does not mend', async () => {
    const fetch = scripted(text('<!doctype html><title>Log in</title>', 'text/html'))
    const { policy, faults } = again()
    const call = resilientFetch([policy], { fetch })(CHAT, ask())
    await expect(call).rejects.toBeInstanceOf(HttpError)
    expect(faults).toMatchObject([{ kind: 'invalid-output', retryable: false, scope: 'provider' }])
  })

  test('of a connection that breaks in the middle is a fault', async () => {
    const broken = new ReadableStream({
      start(to) {
        to.enqueue(new TextEncoder().encode('{"choices":'))
        to.error(new TypeError('terminated', { cause: { code: 'UND_ERR_SOCKET' } }))
      },
    })
    const fetch = scripted(
      () => new Response(broken, { headers: { 'content-type': 'application/json' } }),
      json(answer('Hi')),
    )
    const { policy, faults } = again()
    const response = await resilientFetch([policy], { fetch })(CHAT, ask())
    expect(await response.json()).toEqual(answer('Hi'))
    expect(faults[0]?.kind).toBe('network')
  })

  test('that is a blocked prompt is one: whether it will do is for a validator to say', async () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY' } }
    const fetch = resilientFetch([], { fetch: scripted(json(blocked)) })
    const response = await fetch(GEMINI, { method: 'POST', body: '{"contents":[]}' })
    expect(await response.json()).toEqual(blocked)
  })

  test('to a request that asks no model is judged by its status only', async () => {
    const other = 'https://api.openai.com/v1/fine_tuning/jobs'
    const fetch = scripted(
      json({ error: { message: 'of the job, not of the call' } }),
      () => new Response(null, { status: 204 }),
      json({}, { status: 500 }),
      json({ data: [] }),
    )
    const { policy, faults } = again()
    const resilient = resilientFetch([policy], { fetch })
    const post = { method: 'POST', body: '{"training_file":"f"}' }
    expect(await (await resilient(other, post)).json()).toHaveProperty('error')
    expect((await resilient(`${other}/1`, { method: 'DELETE' })).status).toBe(204)
    expect(await (await resilient(other)).json()).toEqual({ data: [] })
    expect(faults.map(({ kind }) => kind)).toEqual(['server'])
  })

  test('of bytes passes as it comes', async () => {
    const bytes = new Uint8Array([0, 255, 1, 254])
    const fetch = scripted(() => new Response(bytes, { headers: { 'content-type': 'audio/mpeg' } }))
    const response = await resilientFetch([], { fetch })('https://api.openai.com/v1/audio/speech', {
      method: 'POST',
      body: '{"input":"Hi","voice":"a"}',
    })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })

  test('to HEAD has no body and needs none', async () => {
    const fetch = scripted(
      () => new Response(null, { headers: { 'content-type': 'application/json' } }),
    )
    const response = await resilientFetch([], { fetch })(CHAT, { method: 'HEAD' })
    expect(response.status).toBe(200)
  })
})

describe('what the call did', () => {
  test('is in the report of its response: attempts, usage, the model that served', async () => {
    const fetch = scripted(json({}, { status: 503 }), json(answer('Hi')))
    const response = await resilientFetch([again().policy], { fetch, provider: 'openai' })(
      CHAT,
      ask(),
    )
    const report = await reportOf(response)
    expect(report?.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
    expect(report).toMatchObject({
      hostRetries: 0,
      served: { provider: 'openai', model: 'gpt-4o' },
      usage: { inputTokens: 9, outputTokens: 2 },
    })
    expect(reportOf(new Response())).toBeUndefined()
  })

  test('R-28 an SDK that retries on top is told once, and counted in the report', async () => {
    const resilient = resilientFetch([], { fetch: scripted(json(answer('Hi'))) })
    const told: number[] = []
    resilient.events.on('fetch:stacked-retries', ({ retries }) => void told.push(retries))
    await resilient(CHAT, askSdk(0))
    expect(told).toEqual([])
    const response = await resilient(CHAT, askSdk(1))
    await resilient(CHAT, askSdk(2))
    expect(told).toEqual([1])
    expect((await reportOf(response))?.hostRetries).toBe(1)
  })
})

describe('the caller', () => {
  test.each([undefined, new Error('left'), 'gone'])(
    'who leaves gets his own reason: %s',
    async (reason) => {
      const leaving = new AbortController()
      const fetch = scripted(
        ({ init }) =>
          new Promise((_, reject) => {
            init.signal.addEventListener('abort', () => reject(init.signal.reason))
          }),
      )
      const call = resilientFetch([again().policy], { fetch })(CHAT, {
        ...askSdk(),
        signal: leaving.signal,
      })
      await vi.waitFor(() => expect(fetch.sent).toHaveLength(1))
      leaving.abort(reason)
      await expect(call).rejects.toBe(leaving.signal.reason)
      expect(fetch.sent).toHaveLength(1)
      expect(fetch.sent[0]?.init.signal.aborted).toBe(true)
    },
  )
})

describe('options', () => {
  test.each([
    [
      { protocol: 'openai' },
      "resilientFetch: protocol must be 'auto', or a dialect of @holdfast/providers, got 'openai'",
    ],
    [
      { terminator: 'never' },
      "resilientFetch: terminator must be 'required' or 'optional', got 'never'",
    ],
    [{ fetch: 'node-fetch' }, "resilientFetch: fetch must be a function, got 'node-fetch'"],
    [{ retries: 3 }, /unknown option 'retries'/],
  ])('%j is refused in a sentence', (options, sentence) => {
    expect(() => resilientFetch([], options as never)).toThrow(ConfigurationError)
    expect(() => resilientFetch([], options as never)).toThrow(sentence)
  })

  test('R-30 undefined never overrides a default', async () => {
    const fetch = scripted(json(answer('Hi')))
    const options = { fetch, protocol: undefined, terminator: undefined }
    expect((await resilientFetch([], options)(CHAT, ask())).ok).toBe(true)
  })

  test('the chain can be described before any call', () => {
    const resilient = resilientFetch([again().policy], { name: 'chat' })
    expect(resilient.policies).toEqual(['retry'])
    expect(resilient.describe()).toMatchObject({ name: 'chat', warnings: [] })
  })
})
