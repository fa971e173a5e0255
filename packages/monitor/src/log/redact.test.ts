import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { maskCredentials } from './mask.ts'
import { redact } from './redact.ts'

const SECRETS = [
  'sk-proj-abcdefghijklmnop123456',
  'sk-ant-api03-AbCdEf_ghijkl-mnop',
  'sk-or-v1-0123456789abcdef0123',
  'AIzaSyA1234567890abcdefghijklmnopqrstuv',
  'AKIAIOSFODNN7EXAMPLE',
  'gsk_abcdefghijklmnop1234',
  'hf_abcdefghijklmnop1234',
  'xai-abcdefghijklmnop1234',
  'ghp_abcdefghijklmnopqrstuvwx',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
]

describe('maskCredentials', () => {
  test.each(SECRETS)('%s is not to be seen in any sentence', (secret) => {
    for (const sentence of [
      `Incorrect API key provided: ${secret}. You can find your key at example.com.`,
      `401 {"authorization":"Bearer ${secret}"}`,
      `https://example.com/v1beta/models?key=${secret}&alt=sse`,
      `x-api-key: ${secret}`,
    ])
      expect(maskCredentials(sentence)).not.toContain(secret.slice(4))
  })

  test.each([
    'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCY',
    'AZURE_OPENAI_API_KEY: wJalrXUtnFEMIK7MDENGbPxRfiCY',
    'client_secret="wJalrXUtnFEMIK7MDENGbPxRfiCY"',
    '{"access_token":"wJalrXUtnFEMIK7MDENGbPxRfiCY"}',
    'clone with github_pat_wJalrXUtnFEMIK7MDENGbPxRfiCY failed',
    'OPENAI_KEY_sk-wJalrXUtnFEMIK7MDENGbPxRfiCY',
  ])('%s loses what is secret', (text) => {
    expect(maskCredentials(text)).not.toContain('MIK7MDENGbPxRfiCY')
  })

  test.each([
    ['eyJ-', 50_000],
    ['eyJ', 50_000],
    ['sk-', 50_000],
    ['//', 100_000],
    ['key ', 50_000],
    ['Bearer ', 30_000],
  ])('%s again and again is read in no time', (part, times) => {
    const began = performance.now()
    maskCredentials(part.repeat(times))
    expect(performance.now() - began).toBeLessThan(500)
  })

  test('a password in a URL goes, the host stays', () => {
    const masked = maskCredentials('connect redis://admin:hunter22@cache.internal:6379 failed')
    expect(masked).toBe('connect redis://[masked]@cache.internal:6379 failed')
  })

  test('what is no credential is left as it is', () => {
    for (const text of [
      "This model's maximum context length is 8192 tokens.",
      'Rate limit reached for gpt-5 in organization on tokens per min.',
      'connect ECONNREFUSED 127.0.0.1:443',
    ])
      expect(maskCredentials(text)).toBe(text)
  })
})

describe('redact', () => {
  test.each([
    'apiKey',
    'api_key',
    'x-goog-api-key',
    'Ocp-Apim-Subscription-Key',
    'accessToken',
    'refresh_token',
    'privateKey',
    'secretAccessKey',
    'Set-Cookie',
  ])('a field named %s is masked, whatever is shown', (name) => {
    expect(redact({ [name]: 'hunter22' }, 'shown')).toStrictEqual({ [name]: '[masked]' })
  })

  test('an embedding is told by its size', () => {
    expect(redact({ vector: new Float32Array(1_536) })).toStrictEqual({ vector: '[6144 bytes]' })
  })

  const request = {
    model: 'gpt-5',
    messages: [
      { role: 'system', content: 'You are a doctor.' },
      { role: 'user', content: [{ type: 'text', text: 'I have a rash' }] },
    ],
    temperature: 0.2,
    headers: { Authorization: 'Bearer sk-abcdefgh12345678', 'x-request-id': 'r1' },
    apiKey: 'plain',
    url: 'https://example.com/v1/models?key=abc',
  }

  test('what the wire says stays, what a person said is hidden, what is secret is gone', () => {
    expect(redact(request)).toStrictEqual({
      model: 'gpt-5',
      messages: [
        { role: 'system', content: expect.stringMatching(/^\[17 characters, #[0-9a-f]{8}\]$/) },
        { role: 'user', content: [{ type: 'text', text: expect.stringMatching(/^\[13 char/) }] },
      ],
      temperature: 0.2,
      headers: { Authorization: '[masked]', 'x-request-id': expect.stringMatching(/^\[2 char/) },
      apiKey: '[masked]',
      url: 'https://example.com/v1/models',
    })
  })

  test('the same text has the same fingerprint, another one another', () => {
    const print = (text: string): unknown =>
      (redact({ content: text }) as { content: unknown }).content
    expect(print('hello')).toBe(print('hello'))
    expect(print('hello')).not.toBe(print('hallo'))
  })

  test('texts may be cut or shown, but never with a credential in them', () => {
    const content = `my key is sk-abcdefgh12345678 ${'x'.repeat(100)}`
    for (const texts of ['cut', 'shown'] as const) {
      const { content: out } = redact({ content }, texts) as { content: string }
      expect(out).toContain('my key is')
      expect(out).not.toContain('sk-abc')
    }
    expect((redact({ content }, 'cut') as { content: string }).content.length).toBeLessThan(120)
  })

  test('whatever it is given, it ends, is bounded, and shows no text', () => {
    const loop: Record<string, unknown> = { content: 'private' }
    loop['self'] = loop
    expect(redact(loop)).toMatchObject({ self: '[…]' })
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const text = 'a very private sentence'
        expect(JSON.stringify(redact({ value, text })) ?? '').not.toContain(text)
      }),
    )
  })
})
