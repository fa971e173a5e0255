import { DeadlineExceededError, TimeoutError } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { again, ask, askSdk, CHAT, fails, json, scripted, text } from '../test/scripted.ts'
import { HttpError, UpstreamError } from './errors.ts'
import { resilientFetch } from './resilient-fetch.ts'

const refused = Object.assign(new TypeError('fetch failed'), {
  cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
})
const problem = { error: { message: 'Try later', type: 'server_error', code: null } }
const busy = json(problem, {
  status: 503,
  headers: { 'x-request-id': 'r1', 'x-should-retry': 'true' },
})
const aiSdk: RequestInit = {
  ...ask(),
  headers: {
    'content-type': 'application/json',
    'user-agent': 'ai/7.0.173 ai-sdk-provider-utils/5.0.81 node.js/26',
  },
}

describe('R-32 an SDK made by stainless', () => {
  test('gets the last response, told not to retry, and can read it', async () => {
    const fetch = scripted(busy)
    const { policy, faults } = again(3)
    const response = await resilientFetch([policy], { fetch })(CHAT, askSdk())
    expect(fetch.sent).toHaveLength(3)
    expect(faults.map(({ kind }) => kind)).toEqual(['overloaded', 'overloaded', 'overloaded'])
    expect(response.status).toBe(503)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(response.headers.get('x-holdfast-fault')).toBe('overloaded')
    expect(response.headers.get('x-request-id')).toBe('r1')
    expect(await response.json()).toEqual(problem)
  })

  test.each<[string, unknown, number, object]>([
    ['a broken connection', refused, 502, { type: 'network', code: 'ECONNREFUSED' }],
    ['a timeout', new TimeoutError(50), 504, { type: 'timeout', code: 'HOLDFAST_TIMEOUT' }],
    [
      'a deadline',
      new DeadlineExceededError(50),
      504,
      { type: 'deadline-exceeded', code: 'HOLDFAST_DEADLINE_EXCEEDED' },
    ],
    ['a text', 'no', 502, { type: 'unknown', code: null, message: 'no' }],
    ['nothing', undefined, 502, { type: 'unknown' }],
  ])(
    'gets a response for %s too: what is thrown it would send again',
    async (_, error, status, said) => {
      const response = await resilientFetch([], { fetch: scripted(fails(error)) })(CHAT, askSdk())
      expect(response.status).toBe(status)
      expect(response.headers.get('x-should-retry')).toBe('false')
      expect(await response.json()).toMatchObject({ type: 'error', error: said })
    },
  )

  test.each<[string, ReturnType<typeof json>, number, string]>([
    ['an error', json({ error: { code: 429, message: 'Slow down' } }), 429, 'rate-limited'],
    ['a web page', text('<html>Log in</html>', 'text/html'), 502, 'invalid-output'],
    ['half a JSON', text('{"choices":[', 'application/json'), 502, 'incomplete'],
  ])('never gets a 200 with %s in it', async (_, step, status, kind) => {
    const response = await resilientFetch([], { fetch: scripted(step) })(CHAT, askSdk())
    expect(response.status).toBe(status)
    expect(response.headers.get('x-holdfast-fault')).toBe(kind)
  })

  test('is told when to come back, where that is known', async () => {
    const step = json({ error: { code: 429, message: 'Please try again in 2s' } })
    const response = await resilientFetch([], { fetch: scripted(step) })(CHAT, askSdk())
    expect(response.headers.get('retry-after-ms')).toBe('2000')
  })
})

describe('R-32 the AI SDK', () => {
  test.each([408, 409, 429, 500, 529])(
    'gets an error for %i, which it does not retry',
    async (status) => {
      const fetch = scripted(json(problem, { status }))
      const error = await resilientFetch([], { fetch })(CHAT, aiSdk).catch((it: unknown) => it)
      expect(HttpError.is(error)).toBe(true)
      expect(error).toMatchObject({ status, body: JSON.stringify(problem) })
      expect(error).not.toHaveProperty('isRetryable')
    },
  )

  test.each([400, 401, 404])(
    'gets the response for %i, to make its own error of',
    async (status) => {
      const fetch = scripted(json(problem, { status }))
      expect((await resilientFetch([], { fetch })(CHAT, aiSdk)).status).toBe(status)
    },
  )

  test('gets no error whose causes it would take for a reason to retry', async () => {
    const call = resilientFetch([], { fetch: scripted(fails(refused)) })(CHAT, aiSdk)
    const error = await call.catch((it: unknown) => it)
    expect(UpstreamError.is(error)).toBe(true)
    expect(error).not.toHaveProperty('cause')
    expect(error).toMatchObject({ error: refused, fault: { kind: 'network', retryable: false } })
  })
})

describe('any other caller', () => {
  test('gets what fetch gives: a response with an error status', async () => {
    const response = await resilientFetch([], { fetch: scripted(busy) })(CHAT, ask())
    expect(response.status).toBe(503)
    expect(response.headers.get('x-should-retry')).toBe('true')
    expect(await response.json()).toEqual(problem)
  })

  test('gets the very error of a broken connection', async () => {
    const call = resilientFetch([], { fetch: scripted(fails(refused)) })(CHAT, ask())
    await expect(call).rejects.toBe(refused)
  })

  test('gets an error for a 200 that is no answer, with the answer in it', async () => {
    const fetch = scripted(text('<html>Log in</html>', 'text/html'))
    const error = await resilientFetch([], { fetch })(CHAT, ask()).catch((it: unknown) => it)
    expect(HttpError.is(error)).toBe(true)
    const { response } = error as HttpError
    expect(await response.text()).toBe('<html>Log in</html>')
    expect(await (error as HttpError).response.text()).toBe('<html>Log in</html>')
  })
})
