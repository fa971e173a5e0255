import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  classifier,
  classify,
  faultInAnswer,
  faultInFrame,
  type FaultRow,
} from '../../src/classify/index.ts'
import { RETRYABLE, type Fault, type FaultKind } from '../../src/fault.ts'
import { NOW } from './wire-case.ts'

const kindOf = (error: unknown, provider?: string): FaultKind =>
  classify(error, provider === undefined ? {} : { provider }).kind

describe('what it is given', () => {
  test('T28 a plain object, a string, null and undefined are read like any error', () => {
    expect(classify({ status: 429 })).toMatchObject({ kind: 'rate-limited', retryable: true })
    expect(kindOf('429 Too Many Requests')).toBe('rate-limited')
    for (const nothing of [null, undefined, 0, '', false, Symbol('x'), 1n, () => 1, {}, []]) {
      expect(classify(nothing)).toMatchObject({ kind: 'unknown', retryable: false })
    }
  })

  test('T28 throwing traps and getters cost what they hide, no more', () => {
    const hostile = new Proxy(
      {},
      {
        get: (_target, key) => {
          if (key === 'status') return 503
          throw new Error('trap')
        },
        ownKeys: () => {
          throw new Error('trap')
        },
        getPrototypeOf: () => {
          throw new Error('trap')
        },
      },
    )
    expect(kindOf(hostile)).toBe('overloaded')
    const revoked = Proxy.revocable([], {})
    revoked.revoke()
    expect(kindOf(revoked.proxy)).toBe('unknown')
    expect(kindOf({ status: 500, cause: revoked.proxy })).toBe('server')
    const getter = Object.defineProperty(new Error('x'), 'cause', {
      get: () => {
        throw new Error('trap')
      },
    })
    expect(kindOf(Object.assign(getter, { status: 401 }))).toBe('auth')
  })

  test('T28 a cycle of causes, and a chain without end, come to an end', () => {
    const a: { cause?: unknown } = new Error('a')
    const b = Object.assign(new Error('b', { cause: a }), { code: 'ECONNRESET' })
    a.cause = b
    expect(kindOf(a)).toBe('network')
    const endless: object = new Proxy(
      {},
      { get: (_target, key) => (key === 'cause' ? endless : 1) },
    )
    expect(classify({ cause: endless })).toBeDefined()
  })

  test('T28 never throws: any value, as an error, a cause, a body or a header', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        for (const error of [
          value,
          new Error('x', { cause: value }),
          { status: 429, headers: value, body: value },
          { error: { details: value, message: value, code: value, type: value } },
        ]) {
          const fault = classify(error, { now: NOW })
          expect(fault.kind in RETRYABLE).toBe(true)
          expect(typeof fault.message).toBe('string')
          expect(typeof fault.retryable).toBe('boolean')
        }
      }),
    )
  })

  test('T80 an error of ours, from any copy of the package, returns its own fault', () => {
    const fault: Fault = {
      kind: 'circuit-open',
      retryable: false,
      scope: 'model',
      retryAfterMs: 5,
      message: 'open',
    }
    const ours = { code: 'HOLDFAST_CIRCUIT_OPEN', fault, status: 500 }
    expect(classify(ours)).toBe(fault)
    expect(classify(Object.assign(new Error('x'), ours))).toBe(fault)
    // The OpenAI SDK wraps what its `fetch` throws.
    expect(classify(new Error('Connection error.', { cause: ours }))).toBe(fault)
    expect(kindOf({ code: 'HOLDFAST_FAKE', fault: 'no' })).toBe('unknown')
  })

  test('T10 a reason of any kind is no fault of a provider: only the caller of classify knows its own', () => {
    for (const reason of ['user left', Object.freeze({ why: 'left' }), undefined]) {
      expect(kindOf(reason)).toBe('unknown')
    }
  })

  test('T11 an abort error that is not ours to explain reads as aborted', () => {
    class APIUserAbortError extends Error {}
    expect(kindOf(new DOMException('This operation was aborted', 'AbortError'))).toBe('aborted')
    expect(kindOf(new APIUserAbortError('Request was aborted.'))).toBe('aborted')
    expect(kindOf(Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' }))).toBe('aborted')
    expect(kindOf(new DOMException('The operation timed out.', 'TimeoutError'))).toBe('timeout')
  })

  test('T29 a programming mistake is unknown and is not repeated', () => {
    for (const message of [
      "Cannot read properties of undefined (reading 'choices')",
      'fetch is not a function',
      'setTimeout is not a function',
      'connectionString is undefined',
    ]) {
      const reading = { kind: 'unknown', retryable: false, scope: 'request' }
      expect(classify(new TypeError(message))).toMatchObject(reading)
    }
  })
})

describe('R-27 code > type > status > message', () => {
  const saying = (fields: object): object => ({ error: fields })

  test('R-18 insufficient_quota beats its 429: no retry, the key is spent', () => {
    const spent = { status: 429, error: { code: 'insufficient_quota', message: 'slow down' } }
    expect(classify(spent)).toMatchObject({
      kind: 'quota-exhausted',
      retryable: false,
      scope: 'key',
      code: 'insufficient_quota',
      status: 429,
    })
  })

  test('a code beats a type, a type a status, a status a message', () => {
    expect(kindOf(saying({ code: 'invalid_api_key', type: 'rate_limit_error' }))).toBe('auth')
    expect(kindOf({ status: 500, ...saying({ type: 'overloaded_error' }) })).toBe('overloaded')
    expect(kindOf({ status: 401, message: 'too many requests' })).toBe('auth')
  })

  test('a vague word overrules no status', () => {
    const vague = saying({ type: 'invalid_request_error', code: 'invalid_request_error' })
    expect(kindOf({ status: 402, ...vague })).toBe('quota-exhausted')
    expect(kindOf({ status: 429, ...vague })).toBe('rate-limited')
    expect(kindOf(vague)).toBe('invalid-request')
  })

  test('the status in a body beats the one around it', () => {
    expect(kindOf({ status: 503, body: { error: { code: 429 } } })).toBe('rate-limited')
    expect(faultInAnswer({ status: 200, body: { error: { code: 502 } } })?.kind).toBe('server')
  })

  test('R-19 a per-minute quota is a wait, though it says "quota" and "billing"', () => {
    const message =
      'You exceeded your current quota, please check your plan and billing details. Quota exceeded for ' +
      'generate_content_requests_per_minute_per_project'
    expect(classify({ status: 429, message })).toMatchObject({
      kind: 'rate-limited',
      retryable: true,
    })
  })

  test('R-20 a day among the violated quotas wins over its minutes', () => {
    const quota = (...ids: string[]): object => ({
      status: 429,
      error: { details: [{ violations: ids.map((quotaId) => ({ quotaId })) }] },
    })
    const minute = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'
    const day = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'
    expect(kindOf(quota(minute))).toBe('rate-limited')
    expect(classify(quota(minute, day))).toMatchObject({ kind: 'quota-exhausted', scope: 'model' })
  })

  test('R-23 a retired model is unavailable, a bad request is not', () => {
    expect(kindOf({ status: 404 })).toBe('model-unavailable')
    expect(kindOf({ status: 410, message: 'The model has been retired' })).toBe('model-unavailable')
    expect(kindOf({ status: 404, message: 'Invalid URL (POST /v1/chat)' })).toBe('invalid-request')
    expect(kindOf({ status: 422 })).toBe('invalid-request')
  })

  test('R-24 each 4xx has a kind of its own, so fallback need not think in ranges', () => {
    const statuses = [400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 425, 429, 499]
    expect(statuses.map((status) => [status, kindOf({ status })])).toEqual([
      [400, 'invalid-request'],
      [401, 'auth'],
      [402, 'quota-exhausted'],
      [403, 'permission'],
      [404, 'model-unavailable'],
      [408, 'timeout'],
      [409, 'server'],
      [413, 'context-window'],
      [418, 'invalid-request'],
      [422, 'invalid-request'],
      [425, 'server'],
      [429, 'rate-limited'],
      [499, 'aborted'],
    ])
  })

  test('T19 x-should-retry has the last word, in both directions', () => {
    const answer = (status: number, should: string): object => ({
      status,
      headers: { 'X-Should-Retry': should },
    })
    expect(classify(answer(503, 'false'))).toMatchObject({ kind: 'overloaded', retryable: false })
    expect(classify(answer(400, 'true'))).toMatchObject({
      kind: 'invalid-request',
      retryable: true,
    })
  })

  test('neither a bad certificate nor an unknown host heals by waiting', () => {
    for (const code of ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ENOTFOUND']) {
      const error = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })
      expect(classify(error)).toMatchObject({ kind: 'network', retryable: false, code })
    }
    expect(classify(Object.assign(new Error(), { code: 'EAI_AGAIN' })).retryable).toBe(true)
  })
})

describe('R-1 an error inside HTTP 200', () => {
  const bodies = [
    { error: { type: 'overloaded_error', message: 'Overloaded' } },
    { error: { code: 'too_many_requests', message: 'Too Many Requests' } },
    { error: { code: 'context_length_exceeded', message: 'x' } },
    { error: { code: 429, message: 'Rate limit reached' } },
    { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } },
  ]

  test.each(bodies)('R-1 %j reads the same as a frame, an answer and an SDK error', (body) => {
    const frame = faultInFrame({ type: 'error', ...body })
    expect(faultInAnswer({ status: 200, body })).toMatchObject({ kind: frame!.kind })
    expect(faultInAnswer({ status: 200, body: JSON.stringify(body) })?.kind).toBe(frame!.kind)
    expect(kindOf(Object.assign(new Error(body.error.message), body))).toBe(frame!.kind)
  })

  test('R-8 Azure answers 200 and then too_many_requests', () => {
    const frame = { error: { code: 'too_many_requests', type: 'too_many_requests', message: 'x' } }
    expect(faultInFrame(frame, { provider: 'azure' })).toMatchObject({
      kind: 'rate-limited',
      retryable: true,
      scope: 'model',
    })
  })

  test('R-16 an SDK error without a status is read by its type and its body', () => {
    const anthropic = Object.assign(
      new Error('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'),
      { status: undefined, type: 'overloaded_error' },
    )
    expect(kindOf(anthropic)).toBe('overloaded')
    const openai = Object.assign(new Error('Rate limit reached'), {
      status: undefined,
      type: 'error',
      code: 'rate_limit_exceeded',
    })
    expect(kindOf(openai)).toBe('rate-limited')
    const genai = new Error('{"error":{"code":503,"status":"UNAVAILABLE"}}')
    expect(kindOf(genai)).toBe('overloaded')
  })

  test('an ordinary answer, frame or plain text has no fault', () => {
    const chunk = { choices: [{ delta: { content: 'error' }, finish_reason: null }] }
    expect(faultInFrame(chunk)).toBeUndefined()
    expect(faultInFrame('[DONE]')).toBeUndefined()
    expect(faultInAnswer({ status: 200, body: { choices: [], error: null } })).toBeUndefined()
    expect(faultInAnswer({ status: 200, body: '[1] cites a source' })).toBeUndefined()
    expect(faultInAnswer({ status: 200, body: 'data: {"error":1}\n\n' })).toBeUndefined()
    expect(faultInAnswer({ status: 200 })).toBeUndefined()
  })

  test('JSON that was cut is incomplete, a login page is not an answer', () => {
    expect(faultInAnswer({ status: 200, body: '{"choices":[{"mess' })?.kind).toBe('incomplete')
    expect(faultInAnswer({ status: 200, body: '<html>Login</html>' })).toMatchObject({
      kind: 'invalid-output',
      retryable: false,
    })
  })
})

describe('layers', () => {
  test('only the last error of an AI_RetryError counts', () => {
    const quota = { statusCode: 429, responseBody: '{"error":{"code":"insufficient_quota"}}' }
    const error = Object.assign(new Error('Failed after 3 attempts'), {
      name: 'AI_RetryError',
      errors: [quota, { statusCode: 503 }],
      lastError: { statusCode: 503 },
    })
    expect(kindOf(error)).toBe('overloaded')
  })

  test('JSON inside a message is read, however often it was encoded', () => {
    const inner = JSON.stringify({ error: { code: 400, message: 'prompt is too long: 9 > 8' } })
    const outer = JSON.stringify({ error: { message: inner, code: 400 } })
    for (const message of [inner, outer, `got status: 400. ${inner}`, JSON.stringify(outer)]) {
      expect(kindOf(new Error(message))).toBe('context-window')
    }
  })

  test('OpenRouter hides the upstream error in metadata.raw', () => {
    const raw = '{"error":{"message":"x","code":"context_length_exceeded"}}'
    const body = { error: { code: 400, message: 'Provider returned error', metadata: { raw } } }
    expect(faultInAnswer({ status: 400, body })?.kind).toBe('context-window')
  })

  test('axios, got and the AWS SDK keep status and headers elsewhere', () => {
    const headers = { 'Retry-After': '7', 'x-request-id': 'r1' }
    const axios = { code: 'ERR_BAD_REQUEST', response: { status: 429, headers, data: {} } }
    const got = { code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 429, headers } }
    for (const error of [axios, got]) {
      expect(classify(Object.assign(new Error('x'), error))).toMatchObject({
        kind: 'rate-limited',
        status: 429,
        retryAfterMs: 7000,
        requestId: 'r1',
      })
    }
    const aws = Object.assign(new Error('Too many tokens'), {
      name: 'ThrottlingException',
      $fault: 'client',
      $metadata: { httpStatusCode: 429, requestId: 'r2' },
    })
    expect(classify(aws)).toMatchObject({
      kind: 'rate-limited',
      code: 'ThrottlingException',
      scope: 'model',
      requestId: 'r2',
    })
  })

  test('an AggregateError is what its members are', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    expect(kindOf(new AggregateError([refused, refused]))).toBe('network')
  })

  test('only hints of faults that pass are told', () => {
    const headers = { 'retry-after': '7' }
    expect(classify({ status: 500, headers }).retryAfterMs).toBe(7000)
    expect(classify({ status: 400, headers })).not.toHaveProperty('retryAfterMs')
  })

  test('nothing that is unknown appears in the fault, not even as undefined', () => {
    expect(Object.keys(classify(new Error('boom'))).toSorted()).toEqual([
      'kind',
      'message',
      'retryable',
      'scope',
    ])
  })
})

describe('R-26 rows of your own', () => {
  const rows: FaultRow[] = [
    { provider: 'house', code: 'E42', kind: 'overloaded', scope: 'model' },
    { status: 418, message: /teapot/g, kind: 'refused', retryable: true },
    { type: /^soft_/, kind: 'rate-limited' },
  ]
  const read = classifier(rows)
  const at = { provider: 'house', now: NOW }

  test('decide before the table, and only where every condition holds', () => {
    expect(read({ status: 500, code: 'E42' }, at)).toMatchObject({
      kind: 'overloaded',
      scope: 'model',
      retryable: true,
      status: 500,
      code: 'E42',
      provider: 'house',
    })
    expect(read({ code: 'E42' }, { ...at, provider: 'other' })).toBeUndefined()
    expect(read({ status: 418, message: 'no' }, at)).toBeUndefined()
  })

  test('read hints like the table does, and a pattern with the g flag matches every time', () => {
    const headers = { 'retry-after': '3' }
    expect(read({ error: { type: 'soft_limit' }, headers }, at)?.retryAfterMs).toBe(3000)
    for (let i = 0; i < 3; i++) {
      expect(read({ status: 418, message: 'I am a teapot' }, at)?.retryable).toBe(true)
    }
  })

  test('T79 later changes to the list have no effect; T80 faults of ours stay what they are', () => {
    rows.push({ kind: 'empty' })
    expect(read(new Error('x'), at)).toBeUndefined()
    const fault = classify({ status: 500 })
    expect(read({ code: 'HOLDFAST_X', fault, type: 'soft_x' }, at)).toBeUndefined()
  })
})
