import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { expectedOf, readCase, readingOf, type Reading, type WireCase } from './wire-case.ts'

// Compiled from public issues, docs, SDK source and observations on loopback.
const cases = JSON.parse(
  readFileSync(new URL('wire-cases.json', import.meta.url), 'utf8'),
) as readonly WireCase[]

/** Cases that we read otherwise on purpose, with the reason. */
const DISPUTED: Readonly<Record<string, { because: string; reading: Partial<Reading> }>> = {
  'sse-responses-failed-rate': {
    because: 'the message says "try again in 11.054s", and R-21 wants such hints read',
    reading: { retryAfterMs: 11_054 },
  },
  'sdk-genai-html200': {
    because:
      'the SDK says the very same for a cut stream, and reading a cut as final would lose answers',
    reading: { kind: 'incomplete', retryable: true, scope: 'request' },
  },
}

describe('R-26 every recorded failure is read by the table', () => {
  test.each(cases.map((it) => [it.id, it] as const))('%s', (id, it) => {
    const expected = { ...expectedOf(it), ...DISPUTED[id]?.reading }
    const { retryAfterMs, ...got } = readingOf(readCase(it))
    const { retryAfterMs: wanted, ...rest } = expected
    expect(got).toEqual(rest)
    // Hints have fractions of a millisecond, which are rounded up.
    expect(Math.abs((retryAfterMs ?? -1) - (wanted ?? -1))).toBeLessThanOrEqual(1)
  })

  test('every disputed case exists and still differs', () => {
    for (const [id, { reading }] of Object.entries(DISPUTED)) {
      const it = cases.find((one) => one.id === id)
      expect(expectedOf(it!)).not.toMatchObject(reading)
    }
  })
})
