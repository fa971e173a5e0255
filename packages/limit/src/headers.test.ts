import { describe, expect, test } from 'vitest'

import { headersOf, readLimits } from './headers.ts'

describe('readLimits', () => {
  test.each([
    [
      'OpenAI, Groq',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      {
        requests: { limit: 60, remaining: 59 },
        tokens: { limit: 150_000, remaining: 149_984 },
      },
    ],
    [
      'Anthropic, whose resets are dates',
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-11-25T12:00:30Z',
        'anthropic-ratelimit-tokens-limit': '80000',
      },
      { requests: { limit: 50, remaining: 49 }, tokens: { limit: 80_000 } },
    ],
    [
      'IETF draft 8 and later',
      { RateLimit: '"default";r=50;t=30', 'RateLimit-Policy': '"default";q=100;w=10' },
      { requests: { limit: 100, remaining: 50, windowMs: 10_000 } },
    ],
    [
      'several policies: the shortest window, the least that is left',
      {
        ratelimit: '"burst";r=5;t=3, "day";r=900;t=4000',
        'ratelimit-policy':
          '"day";q=1000;w=86400, "burst";q=10;w=60, "size";q=9;qu="content-bytes"',
      },
      { requests: { limit: 10, remaining: 5, windowMs: 60_000 } },
    ],
    [
      'IETF drafts before the eighth',
      { ratelimit: 'limit=9, remaining=3, reset=45' },
      { requests: { limit: 9, remaining: 3 } },
    ],
    [
      'IETF drafts before the seventh',
      { 'RateLimit-Limit': '100, 100;w=60', 'RateLimit-Remaining': '7', 'RateLimit-Reset': '12' },
      { requests: { limit: 100, remaining: 7, windowMs: 60_000 } },
    ],
    [
      'OpenRouter, in epoch milliseconds',
      { 'X-RateLimit-Limit': '20', 'X-RateLimit-Reset': '1795608005000' },
      { requests: { limit: 20 } },
    ],
    [
      'Azure, which says -1 for what it does not know',
      { 'x-ratelimit-remaining-requests': '-1', 'x-ratelimit-reset-tokens': '8' },
      undefined,
    ],
    ['when all is back, which is of no use', { 'x-ratelimit-reset-requests': '12ms' }, undefined],
    [
      'a limit of none',
      { 'x-ratelimit-limit': '0', 'RateLimit-Policy': '"x";q=9;w=0' },
      { requests: { limit: 9 } },
    ],
    ['lists, as Node has them', { 'X-RateLimit-Limit': ['3'] }, { requests: { limit: 3 } }],
    ['headers that say nothing', { date: 'today', 'x-request-id': 'r' }, undefined],
    ['nonsense', { 'x-ratelimit-limit-requests': 'many' }, undefined],
    ['no headers', undefined, undefined],
  ])('R-78 %s', (_, headers, notes) => {
    expect(readLimits(headers)).toStrictEqual(notes)
  })

  test('Headers of fetch are read as plain objects are', () => {
    const headers = new Headers({ 'X-RateLimit-Limit-Requests': '10' })
    expect(readLimits(headers)).toStrictEqual({ requests: { limit: 10 } })
  })
})

describe('headersOf', () => {
  const headers = { a: 'b' }
  test.each([
    ['a fetch response', { headers }],
    ['an error of openai', Object.assign(new Error('429'), { headers })],
    ['an error of the AI SDK', Object.assign(new Error('429'), { responseHeaders: headers })],
    ['what withResponse() gives', { data: {}, response: { headers } }],
    ['an error wrapped in another', new Error('outer', { cause: { headers } })],
  ])('finds them on %s', (_, subject) => {
    expect(headersOf(subject)).toBe(headers)
  })

  test('reads no getter that may start something: an AI SDK result consumes its stream when asked for its response', () => {
    let asked = false
    const result = {
      get response() {
        asked = true
        return { headers }
      },
    }
    expect(headersOf(result)).toBeUndefined()
    expect(asked).toBe(false)
  })

  test.each([undefined, null, 'text', 5, {}])('%s has none', (subject) => {
    expect(headersOf(subject)).toBeUndefined()
  })
})
