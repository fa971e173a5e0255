import { describe, expect, test, vi } from 'vitest'

import { again, MESSAGES } from '../test/scripted.ts'
import { anthropicMiddleware } from './middleware.ts'
import type { MiddlewareRequest } from './middleware.ts'

const message = {
  type: 'message',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
}
const request = (retryCount = 0): MiddlewareRequest => ({
  url: MESSAGES,
  method: 'POST',
  headers: new Headers({
    'x-stainless-lang': 'js',
    'x-stainless-retry-count': String(retryCount),
    'x-api-key': 'secret',
  }),
  body: JSON.stringify({ model: 'claude', max_tokens: 9, messages: [] }),
})
const down = () => Response.json({ type: 'error', error: { type: 'api_error' } }, { status: 500 })

describe('anthropicMiddleware', () => {
  test('calls the rest of the chain for each attempt, with a request in its own shape', async () => {
    const next = vi.fn<(it: MiddlewareRequest) => Promise<Response>>()
    next.mockResolvedValueOnce(down()).mockResolvedValueOnce(Response.json(message))
    const response = await anthropicMiddleware([again().policy])(request(), next)
    expect(await response.json()).toEqual(message)
    expect(next).toHaveBeenCalledTimes(2)
    const [[first], [second]] = next.mock.calls as [[MiddlewareRequest], [MiddlewareRequest]]
    expect(first.url).toBe(MESSAGES)
    expect(first.headers).toBeInstanceOf(Headers)
    expect(first.headers.get('x-api-key')).toBe('secret')
    expect(first.body).toBe(request().body)
    // Backends sign into the headers.
    expect(second.headers).not.toBe(first.headers)
  })

  test('R-32 gives up with a response that the client does not retry', async () => {
    const next = vi.fn<() => Promise<Response>>(async () => down())
    const response = await anthropicMiddleware([again(2).policy])(request(), next)
    expect(next).toHaveBeenCalledTimes(2)
    expect(response.status).toBe(500)
    expect(response.headers.get('x-should-retry')).toBe('false')
  })

  test('R-28 tells that the client retries on top', async () => {
    const middleware = anthropicMiddleware([])
    const told: number[] = []
    middleware.events.on('fetch:stacked-retries', ({ retries }) => void told.push(retries))
    await middleware(request(2), async () => Response.json(message))
    expect(told).toEqual([2])
  })
})
