import { ConfigurationError, place } from '@holdfast/core'
import type { Policy } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import {
  answer,
  ask,
  CHAT,
  GEMINI,
  json,
  MESSAGES,
  scripted,
  stream,
  chat,
  read,
} from '../test/scripted.ts'
import type { Sent } from '../test/scripted.ts'
import { endpoint } from './endpoint.ts'
import type { EndpointOptions } from './endpoint.ts'
import type { FetchRequest } from './request.ts'
import { resilientFetch } from './resilient-fetch.ts'

/** Sends every request to this endpoint, as `fallback` does. */
const to = (options: EndpointOptions): Policy<FetchRequest, Response> =>
  place({ name: 'to', floor: 'fallback' }, (_, next) => next({ target: endpoint(options) }))

async function sentTo(options: EndpointOptions, url = CHAT, init = ask()): Promise<Sent> {
  const fetch = scripted(json(answer('Hi')))
  await resilientFetch([to(options)], { fetch })(url, init)
  return fetch.sent[0] as Sent
}

const bodyOf = ({ init }: Sent): unknown => JSON.parse(init.body as string)

describe('the URL', () => {
  const GROQ = 'https://api.groq.com/openai/v1'
  const AZURE = 'https://r.openai.azure.com/openai/deployments'
  const VERTEX = 'https://europe-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers'
  test.each([
    [CHAT, GROQ, `${GROQ}/chat/completions`],
    [CHAT, `${GROQ}/`, `${GROQ}/chat/completions`],
    ['https://api.openai.com/v1/responses', GROQ, `${GROQ}/responses`],
    ['https://api.openai.com/v1/embeddings', GROQ, `${GROQ}/embeddings`],
    [CHAT, `${AZURE}/a?api-version=1`, `${AZURE}/a/chat/completions?api-version=1`],
    [`${AZURE}/a/chat/completions?api-version=1`, GROQ, `${GROQ}/chat/completions`],
    [MESSAGES, 'https://proxy.example/anthropic', 'https://proxy.example/anthropic/v1/messages'],
    [
      `${GEMINI}?key=secret&alt=sse`,
      'https://proxy.example',
      'https://proxy.example/v1beta/models/gemini-2.5-flash:generateContent?alt=sse',
    ],
    [
      `${VERTEX}/google/models/g:generateContent`,
      'https://us-aiplatform.googleapis.com',
      `${VERTEX.replace('europe', 'us')}/google/models/g:generateContent`,
    ],
    ['http://localhost:11434/api/chat', 'http://gpu:11434', 'http://gpu:11434/api/chat'],
  ])('of %s under %s is %s', async (from, baseURL, url) => {
    expect((await sentTo({ baseURL }, from)).url).toBe(url)
  })

  test('of a path that nobody knows is refused in a sentence', async () => {
    const call = sentTo({ baseURL: GROQ }, 'https://api.openai.com/v1/unheard/of')
    await expect(call).rejects.toThrow(
      'endpoint: baseURL cannot be put before /v1/unheard/of, a path of no wire that is known',
    )
  })

  test('is the client’s own when none is given', async () => {
    expect((await sentTo({})).url).toBe(CHAT)
  })
})

describe('the credential', () => {
  test.each([
    [CHAT, 'https://api.groq.com/openai/v1', { authorization: 'Bearer other' }],
    [CHAT, 'https://r.openai.azure.com/openai/v1', { 'api-key': 'other' }],
    [MESSAGES, 'https://proxy.example', { 'x-api-key': 'other' }],
    [GEMINI, 'https://proxy.example', { 'x-goog-api-key': 'other' }],
  ])('of %s at %s goes where it is looked for', async (from, baseURL, header) => {
    const { init } = await sentTo({ baseURL, apiKey: 'other' }, from)
    expect(init.headers).toMatchObject(header)
    expect(JSON.stringify(init.headers)).not.toContain('secret')
  })

  test('of the client never goes to another host', async () => {
    const headers = {
      authorization: 'Bearer secret',
      'x-api-key': 'secret',
      'x-goog-api-key': 'secret',
      'api-key': 'secret',
      'openai-organization': 'secret',
      cookie: 'secret',
      'x-mine': 'kept',
    }
    const { init } = await sentTo({ baseURL: 'https://elsewhere.example/v1' }, CHAT, {
      ...ask(),
      headers,
    })
    expect(init.headers).toEqual({ 'x-mine': 'kept' })
  })

  test('of the client stays at its own host', async () => {
    expect((await sentTo({ model: 'mini' })).init.headers['authorization']).toBe('Bearer secret')
  })

  test('may be a header of any name', async () => {
    const headers = { Authorization: 'Token t', 'X-Team': 'a' }
    const { init } = await sentTo({ baseURL: 'https://elsewhere.example/v1', headers })
    expect(init.headers).toMatchObject({ authorization: 'Token t', 'x-team': 'a' })
  })
})

describe('the model', () => {
  test('stands in the body', async () => {
    expect(bodyOf(await sentTo({ model: 'mini' }))).toMatchObject({ model: 'mini' })
  })

  test('of Gemini stands in the path, and not in the body', async () => {
    const init = { method: 'POST', body: '{"contents":[]}' }
    const sent = await sentTo({ model: 'gemini-3' }, GEMINI, init)
    expect(sent.url).toBe(GEMINI.replace('gemini-2.5-flash', 'gemini-3'))
    expect(bodyOf(sent)).toEqual({ contents: [] })
  })

  test('of Azure stands in both', async () => {
    const url = 'https://r.openai.azure.com/openai/deployments/a/chat/completions?api-version=1'
    const sent = await sentTo({ model: 'b' }, url)
    expect(sent.url).toBe(url.replace('/a/', '/b/'))
    expect(bodyOf(sent)).toMatchObject({ model: 'b' })
  })
})

describe('the target', () => {
  test('is named after its host and model, and tells what it is told', () => {
    const price = { inputPerMillion: 1, outputPerMillion: 2 }
    expect(
      endpoint({ baseURL: 'https://api.groq.com/openai/v1', model: 'm', price }),
    ).toMatchObject({
      id: 'api.groq.com/m',
      provider: 'api.groq.com',
      model: 'm',
      price,
    })
    expect(endpoint()).toMatchObject({ id: 'own', provider: 'own' })
    expect(endpoint({ id: 'a', provider: 'b' })).toMatchObject({ id: 'a', provider: 'b' })
  })

  test('may be a gateway that never ends a stream properly', async () => {
    const steps = [stream([chat.say('Hi')]), stream([chat.say('Hi')])]
    const fetch = resilientFetch([to({ terminator: 'optional' })], { fetch: scripted(...steps) })
    expect(await read(await fetch(CHAT, ask({ stream: true })))).toEqual({ text: chat.say('Hi') })
  })

  test.each([
    [{ baseURL: '/v1' }, 'endpoint: baseURL must be an absolute URL'],
    [{ baseURL: 'ftp://a/v1' }, 'endpoint: baseURL must be an absolute URL'],
    [{ apiKey: '' }, 'endpoint: apiKey must be a text that is not empty'],
    [{ url: 'https://a' }, "endpoint: unknown option 'url'"],
  ])('%j is refused in a sentence', (options: object, sentence) => {
    expect(() => endpoint(options)).toThrow(ConfigurationError)
    expect(() => endpoint(options)).toThrow(sentence)
  })
})
