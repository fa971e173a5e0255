import { liveOf } from '@holdfast/core'
import type { Dialect, Policy } from '@holdfast/core'
import { openAIChat } from '@holdfast/providers'
import { describe, expect, test } from 'vitest'

import {
  answer,
  ask,
  CHAT,
  GEMINI,
  json,
  read,
  said,
  scripted,
  stream,
  text,
} from '../test/scripted.ts'
import { fetchDialect } from './fetch-dialect.ts'
import type { FrozenResponse } from './frozen.ts'
import { requestOf } from './request.ts'
import type { FetchRequest } from './request.ts'
import { resilientFetch } from './resilient-fetch.ts'

const dialect = fetchDialect()
const chatRequest = (over: object = {}): Promise<FetchRequest> => requestOf(CHAT, ask(over))
const geminiRequest = (body: object): Promise<FetchRequest> =>
  requestOf(GEMINI, { method: 'POST', body: JSON.stringify(body) })
const bodyOf = (request: FetchRequest | undefined): unknown => JSON.parse(request?.body as string)

describe('requests', () => {
  test('are those that ask a model something', async () => {
    expect(dialect.isRequest(await chatRequest())).toBe(true)
    expect(dialect.isRequest(await requestOf(CHAT))).toBe(false)
    expect(dialect.isRequest({ model: 'gpt', messages: [] })).toBe(false)
    expect(dialect.isRequest(undefined)).toBe(false)
  })

  test('say their model in the body or in the path', async () => {
    expect(dialect.modelOf(await chatRequest())).toBe('gpt')
    expect(dialect.modelOf(await geminiRequest({ contents: [] }))).toBe('gemini-2.5-flash')
    expect(dialect.modelOf(await requestOf('https://api.openai.com/v1/models/gpt'))).toBeUndefined()
  })

  test('say what they need', async () => {
    const needs = dialect.needs(await chatRequest({ stream: true, max_tokens: 7 }))
    expect(needs).toMatchObject({ streaming: true, maxOutputTokens: 7, tools: false })
    const body = await geminiRequest({ contents: [{ parts: [{ text: 'Hi' }] }] })
    expect(dialect.needs(body).streaming).toBe(false)
    const url = `${GEMINI.replace(':generate', ':streamGenerate')}?alt=sse`
    expect(dialect.needs({ ...body, url }).streaming).toBe(true)
    expect(dialect.needs(await requestOf(CHAT)).inputTokens).toBe(0)
  })

  test('are rewritten, and never changed', async () => {
    const request = Object.freeze(await chatRequest({ max_tokens: 100 }))
    const before = JSON.stringify(request)
    expect(bodyOf(dialect.withModel(request, 'mini'))).toMatchObject({ model: 'mini' })
    expect(bodyOf(dialect.withMaxTokens(request, 9))).toMatchObject({ max_tokens: 9 })
    expect(bodyOf(dialect.withMessage(request, 'user', 'Go on'))).toMatchObject({
      messages: [{ content: 'Hi' }, { content: 'Go on' }],
    })
    expect(dialect.withoutOldestTurn(request)).toBeUndefined()
    expect(JSON.stringify(request)).toBe(before)
  })

  test('R-44 lose as many of thousands of turns as they must, of which few bodies are made', async () => {
    const messages = Array.from({ length: 5_000 }, (_, n) => ({ role: 'user', content: `${n}` }))
    const bodies: unknown[] = []
    const shorter = dialect.withoutOldestTurn(await chatRequest({ messages }), (it) => {
      bodies.push(it.body)
      return (it.body as string).length < 1_000
    })
    expect(bodyOf(shorter)).toHaveProperty('messages', messages.slice(-29))
    expect(bodies).toContain(shorter?.body)
    expect(bodies.length).toBeLessThan(15)
  })

  test('that ask no model pass through every change', async () => {
    const request = await requestOf('https://api.openai.com/v1/files')
    expect(dialect.withMaxTokens(request, 9)).toBe(request)
    expect(dialect.withMessage(request, 'user', 'Hi')).toBe(request)
    expect(dialect.withModel(request, 'mini')).toEqual(request)
    expect(dialect.withoutOldestTurn(request)).toBeUndefined()
  })

  test('ask for a schema, and go on, by the means of their wire', async () => {
    const request = await chatRequest()
    const schema = { type: 'object' }
    const asked = bodyOf(dialect.withSchema?.(request, schema, 'invoice'))
    expect(asked).toEqual(openAIChat.withSchema?.(bodyOf(request) as never, schema, 'invoice'))
    expect(asked).toHaveProperty('response_format')
    // OpenAI's models have no way to go on.
    const partial = openAIChat.read(answer('Hel') as never)
    expect(dialect.withContinuation?.(request, partial)).toBeUndefined()
  })

  test('lose the length of a body that is no more', async () => {
    const init = { ...ask(), headers: { 'content-length': '12', 'x-mine': 'a' } }
    const request = dialect.withModel(await requestOf(CHAT, init), 'mini')
    expect(request.headers).toEqual({ 'x-mine': 'a' })
  })

  test('of a wire that is given are those of that wire', async () => {
    const chatOnly = fetchDialect(openAIChat)
    expect(chatOnly.isRequest(await chatRequest())).toBe(true)
    expect(chatOnly.isRequest(await geminiRequest({ contents: [] }))).toBe(false)
  })
})

/** Sends one request and tells what its policies were given. */
async function answered(
  step: ReturnType<typeof json>,
  look: (response: Response, dialect: Dialect<FetchRequest, Response>) => void,
  init = ask(),
): Promise<Response> {
  const policy: Policy<FetchRequest, Response> = async (ctx, next) => {
    const response = await next()
    look(response, ctx.dialect as Dialect<FetchRequest, Response>)
    return response
  }
  return resilientFetch([policy], { fetch: scripted(step) })(CHAT, init)
}

describe('responses', () => {
  test('are read through their wire, and their bodies stay the caller’s', async () => {
    const response = await answered(json(answer('Hello')), (it, wire) => {
      expect(wire.isResponse(it)).toBe(true)
      expect(wire.read(it)).toMatchObject({ text: 'Hello', finish: 'stop', model: 'gpt-4o' })
      expect(wire.read(it)).toBe(wire.read(it))
    })
    expect(await response.json()).toEqual(answer('Hello'))
  })

  test('that nobody knows read as nothing', () => {
    expect(dialect.isResponse(new Response('{}'))).toBe(false)
    expect(dialect.isResponse(null)).toBe(false)
    expect(dialect.read(new Response('{}'))).toMatchObject({ text: '', finish: 'unknown' })
  })
})

describe('a store', () => {
  test('keeps a whole response', async () => {
    let frozen: unknown
    const step = text(JSON.stringify(answer('Hello')), 'application/json')
    await answered(step, (it, wire) => void (frozen = wire.freeze?.(it)))
    const stored = JSON.parse(JSON.stringify(frozen)) as FrozenResponse
    const response = dialect.thaw?.(stored) as Response
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(dialect.read(response).text).toBe('Hello')
    expect(await response.json()).toEqual(answer('Hello'))
  })

  test('keeps a stream that has ended, and gives it back at once', async () => {
    let frozen: unknown
    const response = await answered(
      stream(said('Hel', 'lo')),
      (it, wire) => void (frozen = wire.freeze?.(it)),
      ask({ stream: true }),
    )
    await read(response)
    await liveOf(response)?.over
    const thawed = dialect.thaw?.(JSON.parse(JSON.stringify(frozen))) as Response
    expect(thawed.headers.get('content-type')).toBe('text/event-stream')
    expect(await thawed.text()).toBe(said('Hel', 'lo').join(''))
  })

  test('keeps no cookie, and nothing that it cannot read', async () => {
    const headers = { 'set-cookie': 'a=b', 'x-request-id': 'r' }
    let frozen: unknown
    await answered(json(answer('Hi'), { headers }), (it, wire) => void (frozen = wire.freeze?.(it)))
    const names = (frozen as FrozenResponse).headers.map(([name]) => name)
    expect(names).toEqual(['content-type', 'x-request-id'])
    expect(dialect.freeze?.(new Response('{}'))).toBeUndefined()
  })
})
