import { ConfigurationError } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { circuitBreaker, CIRCUIT_BREAKER_DEFAULTS } from './index.ts'
import { settingsOf } from './options.ts'

const NAMES = [...Object.keys(CIRCUIT_BREAKER_DEFAULTS), 'key', 'consecutiveFailures', 'slowCallMs']
const withOption = (name: string, value: unknown) => () => circuitBreaker({ [name]: value })

describe.each(NAMES)('%s', (name) => {
  test.each([[NaN], [-1], [Infinity], ['5'], [null], [{}]])(
    'T23 refuses %s with a sentence',
    (value) => {
      expect(withOption(name, value)).toThrow(ConfigurationError)
      expect(withOption(name, value)).toThrow(`circuitBreaker: ${name} must be`)
    },
  )

  test('undefined leaves the default', () => {
    expect(settingsOf({ [name]: undefined })).toEqual(CIRCUIT_BREAKER_DEFAULTS)
  })
})

test('R-37 T51 faults of our own policies and of the caller cannot be made to count', () => {
  for (const kind of [
    'circuit-open',
    'limited',
    'budget-exhausted',
    'deadline-exceeded',
    'aborted',
  ] as const) {
    expect(() => circuitBreaker({ on: [kind] })).toThrow('without circuit-open')
    expect(() => circuitBreaker({ tripOn: [kind] })).toThrow('without circuit-open')
  }
})

test('a break longer than the longest is a mistake', () => {
  expect(() => circuitBreaker({ openMs: 600_000 })).toThrow(
    'circuitBreaker: openMs must be at most maxOpenMs (300000), got 600000',
  )
  expect(() => circuitBreaker({ banMs: 70_000 })).toThrow(
    'circuitBreaker: banMs must be at most maxBanMs (60000), got 70000',
  )
  expect(() => circuitBreaker({ openMs: () => 600_000 })).not.toThrow()
})

test('R-80 a misspelt option within an option is refused', () => {
  expect(() => circuitBreaker({ slowCallMs: { p95Times: 2, p99Times: 3 } as never })).toThrow(
    'circuitBreaker: slowCallMs must be a finite number of milliseconds of at least 1, or { p95Times: a finite number of at least 1 }, got {…}',
  )
})

test('T79 later changes to the options have no effect', () => {
  const on: ('server' | 'auth')[] = ['server']
  const settings = settingsOf({ on })
  on.push('auth')
  expect(settings.on).toEqual(['server'])
})
