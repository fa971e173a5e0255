import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../../src/classify/index.ts'
import { NOW } from './wire-case.ts'

const header = (name: string, value: unknown): number | undefined =>
  parseRetryAfter({ [name]: value }, undefined, NOW)

describe('Retry-After', () => {
  test.each([
    ['2', 2000],
    ['0', 0],
    ['0.3', 300],
    ['1.0015', 1002],
    ['20s', 20_000],
    [' 7 ', 7000],
    ['Mon, 23 Nov 2026 05:00:10 GMT', 10_000],
    ['Monday, 23-Nov-26 05:00:10 GMT', 10_000],
    ['Mon Nov 23 05:00:10 2026', 10_000],
    ['Tue Dec  1 05:00:00 2026', 8 * 86_400_000],
    ['Mon, 01 Mar 2027 00:00:00 GMT', Date.UTC(2027, 2, 1) - NOW],
    ['2026-11-23T05:00:41Z', 41_000],
  ])('T13 %j is %d ms', (value, ms) => {
    expect(header('Retry-After', value)).toBe(ms)
  })

  test.each(['', 'soon', '-5', 'NaN', '1e309', 'Infinity', '0x10', '5 apples', 'Mon, 99 Foo 2026'])(
    'T13 %j is no hint',
    (value) => {
      expect(header('retry-after', value)).toBeUndefined()
    },
  )

  test('T13 a date that has passed is no hint, so that our own backoff decides', () => {
    expect(header('retry-after', 'Mon, 23 Nov 2026 04:59:59 GMT')).toBeUndefined()
  })

  test('T13 reads Headers, any case, arrays of values and numbers alike', () => {
    expect(parseRetryAfter(new Headers({ 'Retry-After': '3' }))).toBe(3000)
    expect(parseRetryAfter({ 'RETRY-AFTER': ['3', '9'] })).toBe(3000)
    expect(parseRetryAfter({ 'retry-after': 3 })).toBe(3000)
    expect(parseRetryAfter(new Map([['Retry-After', '3']]))).toBe(3000)
  })

  test('a field of the body in the place of the header, in any case and unit', () => {
    expect(parseRetryAfter({}, { error: { retry_after: 1.5 } })).toBe(1500)
    expect(parseRetryAfter({}, { metadata: { retry_after_seconds: 60 } })).toBe(60_000)
    expect(parseRetryAfter({}, { retryAfterMs: 750 })).toBe(750)
    expect(parseRetryAfter({ 'x-retry-after': '9' }, { retry_after: 1 })).toBe(9000)
  })

  test('T13 retry-after-ms beats Retry-After', () => {
    expect(parseRetryAfter({ 'retry-after-ms': '200', 'retry-after': '3' })).toBe(200)
    expect(parseRetryAfter({ 'retry-after-ms': 'x', 'retry-after': '3' })).toBe(3000)
  })

  test('T14 9999999999 seconds are clamped to a year, which every cap refuses', () => {
    expect(header('retry-after', '9999999999')).toBe(MAX_RETRY_AFTER_MS)
    expect(header('retry-after', '9'.repeat(400))).toBe(MAX_RETRY_AFTER_MS)
  })

  test('T15 T16 a day is told as it is, for the policy to refuse', () => {
    expect(header('retry-after', '86400')).toBe(86_400_000)
  })

  test('T12 a fraction of a millisecond is rounded up, never below the floor', () => {
    expect(header('retry-after', '6.780999999')).toBe(6781)
    expect(header('retry-after', '18.642')).toBe(18_642)
  })

  test('dates need a clock: `now`, or better the Date header of the answer', () => {
    const date = 'Mon, 23 Nov 2026 05:00:10 GMT'
    expect(parseRetryAfter({ 'retry-after': date })).toBeUndefined()
    expect(
      parseRetryAfter({ 'retry-after': date, date: 'Mon, 23 Nov 2026 05:00:00 GMT' }, '', 0),
    ).toBe(10_000)
  })

  test('T13 every HTTP date of this century is the instant that Date reads', () => {
    const range = { min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const at = Math.floor(date.getTime() / 1000) * 1000
        expect(parseRetryAfter({ 'retry-after': date.toUTCString() }, '', at - 5000)).toBe(5000)
        expect(parseRetryAfter({ 'retry-after': new Date(at).toISOString() }, '', at - 5000)).toBe(
          5000,
        )
      }),
    )
  })
})

describe('R-21 rate-limit headers', () => {
  test.each([
    ['12ms', 12],
    ['1s', 1000],
    ['6m0s', 360_000],
    ['2m59.56s', 179_560],
    ['1h0m0s', 3_600_000],
    ['34', 34_000],
    ['1795410045', 45_000],
    ['1795410045000', 45_000],
    ['2026-11-23T05:00:45Z', 45_000],
  ])('a reset of %j is %d ms', (reset, ms) => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': reset }
    expect(parseRetryAfter(headers, '', NOW)).toBe(ms)
  })

  test('the dimension that ran out counts, not the other one', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '10',
      'x-ratelimit-reset-requests': '24h0m0s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '7.66s',
    }
    expect(parseRetryAfter(headers)).toBe(7660)
    expect(parseRetryAfter({ ...headers, 'x-ratelimit-remaining-requests': '0' })).toBe(86_400_000)
  })

  test('of dimensions that do not tell what is left, one of 0 hides no other', () => {
    const headers = { 'x-ratelimit-reset-tokens': '10s', 'x-ratelimit-reset-requests': '0' }
    expect(parseRetryAfter(headers)).toBe(10_000)
  })

  test('-1 and 0 are how Azure says "unknown"', () => {
    expect(
      parseRetryAfter({ 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' }),
    ).toBeUndefined()
  })

  test('Anthropic sends timestamps, per kind of token', () => {
    const headers = {
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-23T05:00:41Z',
      'anthropic-ratelimit-output-tokens-remaining': '16000',
      'anthropic-ratelimit-output-tokens-reset': '2026-11-23T05:00:05Z',
    }
    expect(parseRetryAfter(headers, '', NOW)).toBe(41_000)
  })

  test.each([
    [{ RateLimit: '"default";r=0;t=45', 'RateLimit-Policy': '"default";q=100;w=60' }],
    [{ RateLimit: '"burst";r=3;t=900, "day";r=0;t=45' }],
    [{ ratelimit: 'limit=10, remaining=0, reset=45' }],
    [{ 'RateLimit-Limit': '10', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '45' }],
    [{ 'X-RateLimit-Reset': '45' }],
  ])('the IETF drafts, old and new: %j', (headers) => {
    expect(parseRetryAfter(headers)).toBe(45_000)
  })
})

describe('R-21 hints in bodies', () => {
  test('Google says it in RetryInfo', () => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.074824224s' },
    ]
    expect(parseRetryAfter({}, { error: { details } })).toBe(34_075)
    expect(parseRetryAfter(undefined, JSON.stringify([{ error: { details } }]))).toBe(34_075)
  })

  test('OpenRouter copies the upstream headers into the body', () => {
    const headers = { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1795410045000' }
    expect(parseRetryAfter({}, { error: { metadata: { headers } } }, NOW)).toBe(45_000)
  })

  test.each([
    ['Please try again in 634ms.', 634],
    ['Please try again in 18.642s. Visit https://x', 18_642],
    ['Rate limit is exceeded. Try again in 30 seconds.', 30_000],
    ['Please retry after 45 seconds.', 45_000],
    ['Please retry in 10h17m5.7s.', 37_025_700],
    ['Retry your requests after 6 seconds', 6000],
    ['please wait 1 minute and 30 seconds', 90_000],
    ['Limit 6000, Used 3513, Requested 3166', undefined],
    ['try again in 5 requests', undefined],
    ['Please try again later.', undefined],
    ['Please try again. Audio may last 10 minutes.', undefined],
    ['Your limit resets in ~7s.', 7000],
    ['Try again in 1 hour and 5 minutes.', 3_900_000],
    ['It will be replenished in 01:20:00.', 4_800_000],
    ['Expected available in 53 seconds.', 53_000],
  ])('%j', (message, ms) => {
    expect(parseRetryAfter({}, { error: { message } })).toBe(ms)
  })
})

test('T13 T14 whatever it is given, a hint is undefined or a whole number from 0 to a year', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.constantFrom('1e309', '-0', '00', '9'.repeat(400), 'Mon Nov 23 05:00:10 2026', '1h', '٣'),
  )
  const name = fc.constantFrom(
    'retry-after',
    'retry-after-ms',
    'date',
    'ratelimit',
    'x-ratelimit-reset',
    'x-ratelimit-remaining',
    'x-ratelimit-reset-tokens',
  )
  fc.assert(
    fc.property(
      fc.dictionary(name, nasty),
      fc.oneof(nasty, fc.json(), fc.record({ retryDelay: nasty, message: nasty })),
      fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
      (headers, body, now) => {
        const ms = parseRetryAfter(headers, body, now)
        const fine =
          ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= MAX_RETRY_AFTER_MS)
        expect(fine).toBe(true)
      },
    ),
  )
})
