import { faultOf } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { baseDelayMsFor, RETRY_DEFAULTS, settingsOf } from './options.ts'
import { retry } from './retry.ts'

const BAD: Readonly<Record<string, readonly unknown[]>> = {
  maxAttempts: [NaN, -1, 0, 0.4, -Infinity, '5', null, {}, []],
  on: [NaN, 'server', null, {}, ['timeouts'], [null]],
  baseDelayMs: [NaN, -1, Infinity, '5', null, { server: -1 }, { server: NaN }, { servers: 1 }],
  maxDelayMs: [NaN, -1, Infinity, '5', null, {}],
  jitter: [NaN, -1, Infinity, 'none', null, {}],
  maxRetryAfterMs: [NaN, -1, '5', null, {}],
  budget: [NaN, -1, Infinity, '5', null, {}],
  delay: [NaN, -1, Infinity, '5', null, {}],
  adapt: [NaN, -1, Infinity, '5', null, {}],
}
const CASES = Object.entries(BAD).flatMap(([name, values]) =>
  values.map((value) => [name, value] as const),
)

describe('options', () => {
  test.each(CASES)('T23 %s: %j is refused in a sentence', (name, value) => {
    expect(() => retry({ [name]: value } as object)).toThrow(
      new RegExp(`^retry: ${name} must be .+, got .+`),
    )
  })

  test.each([2, 'fast', null, []])('T23 %j is no options object', (value) => {
    expect(() => retry(value as object)).toThrow(/^retry: options must be an object/)
  })

  test('T23 an option that does not exist is named', () => {
    expect(() => retry({ retries: 3 } as object)).toThrow(/unknown option 'retries'/)
  })

  test('T23 2 ** 31 ms and endless attempts are options like others', () => {
    const options = { maxDelayMs: 2 ** 31, maxAttempts: Infinity, maxRetryAfterMs: Infinity }
    expect(settingsOf(options)).toEqual({ ...RETRY_DEFAULTS, ...options })
  })

  test('R-30 undefined never overrides a default', () => {
    const nothing = {
      maxAttempts: undefined,
      on: undefined,
      baseDelayMs: undefined,
      delay: undefined,
    }
    expect(settingsOf(nothing)).toEqual(RETRY_DEFAULTS)
    expect(
      baseDelayMsFor(
        settingsOf({ baseDelayMs: { server: undefined as never } }).baseDelayMs,
        faultOf('server', ''),
      ),
    ).toBe(2_000)
  })

  test('later changes to the given object have no effect', () => {
    const options = { on: ['server' as const], baseDelayMs: { server: 5 } }
    const settings = settingsOf(options)
    options.on.pop()
    options.baseDelayMs.server = 6
    expect(settings).toMatchObject({ on: ['server'], baseDelayMs: { server: 5 } })
  })
})

describe('the base delay', () => {
  const of = (
    given: Parameters<typeof baseDelayMsFor>[0],
    status: number | undefined,
    kind = 'server' as const,
  ) => baseDelayMsFor(given, faultOf(kind, '', status === undefined ? {} : { status }))

  test('follows the fault: 429 1 s, 500 2 s, 502, 503 and 529 4 s, others 1 s', () => {
    const { baseDelayMs } = RETRY_DEFAULTS
    const overloaded = (status: number) =>
      baseDelayMsFor(baseDelayMs, faultOf('overloaded', '', { status }))
    expect(baseDelayMsFor(baseDelayMs, faultOf('rate-limited', '', { status: 429 }))).toBe(1_000)
    expect(of(baseDelayMs, 500)).toBe(2_000)
    expect(of(baseDelayMs, 502)).toBe(4_000)
    expect(of(baseDelayMs, undefined)).toBe(2_000)
    expect([overloaded(503), overloaded(529)]).toEqual([4_000, 4_000])
    expect(baseDelayMsFor(baseDelayMs, faultOf('timeout', ''))).toBe(1_000)
  })

  test('what is given goes before the defaults; a 502 waits as if overloaded', () => {
    expect(of(7, 502)).toBe(7)
    expect(of({ server: 7 }, 500)).toBe(7)
    expect(of({ overloaded: 9 }, 502)).toBe(9)
    expect(of({ server: 7 }, 502)).toBe(4_000)
  })
})
