import { ConfigurationError } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { cache } from './cache.ts'
import { CACHE_DEFAULTS, settingsOf, type CacheOptions } from './options.ts'

const GOOD: CacheOptions = { scope: 'shared', ttlMs: 1_000 }

describe('options of cache', () => {
  test('have defaults, which undefined does not override', () => {
    const undefineds = { mode: undefined, ignore: undefined, storeTimeoutMs: undefined }
    expect(settingsOf({ ...GOOD, ...undefineds } as never)).toEqual({
      ...GOOD,
      ...CACHE_DEFAULTS,
      staleTtlMs: 0,
    })
  })

  test.each([
    ['scope', [undefined, NaN, -1, '5', 'global', null, {}]],
    ['ttlMs', [undefined, NaN, -1, 0, Infinity, '5', null, {}]],
    ['mode', [NaN, -1, 'swr', null, {}]],
    ['ignore', [NaN, 'user', null, {}, [1], ['']]],
    ['cacheToolCalls', [NaN, 1, 'yes', null, {}]],
    ['cacheIf', [NaN, true, null, {}]],
    ['store', [NaN, 'redis', null, {}, { get: () => {} }]],
    ['storeTimeoutMs', [NaN, -1, 0, Infinity, '5', null, {}]],
  ])('R-54 a bad or missing %s is refused with a sentence', (name, values) => {
    for (const value of values) {
      const make = (): unknown => cache({ ...GOOD, [name]: value } as never)
      expect(make).toThrow(ConfigurationError)
      expect(make).toThrow(new RegExp(`^cache: ${name} must be .*, got `))
    }
  })

  test.each([undefined, NaN, -1, Infinity, '5', null, {}])(
    'a mode that gives old answers wants to know how old, not %o',
    (staleTtlMs) => {
      expect(() => cache({ ...GOOD, mode: 'stale-if-error', staleTtlMs } as never)).toThrow(
        /^cache: staleTtlMs must be a finite number of milliseconds/,
      )
    },
  )

  test('staleTtlMs without such a mode would do nothing, and is refused', () => {
    expect(() => cache({ ...GOOD, staleTtlMs: 1_000 } as never)).toThrow(/staleTtlMs needs a mode/)
  })

  test('no options, and unknown ones, are refused', () => {
    for (const options of [undefined, null, {}, [], { ...GOOD, ttl: 5 }])
      expect(() => cache(options as never)).toThrow(ConfigurationError)
  })

  test('T79 are not changed, and may be changed afterwards', () => {
    const options = { ...GOOD, ignore: ['user'] }
    const settings = settingsOf(Object.freeze(options))
    options.ignore.push('q')
    expect(settings.ignore).toEqual(['user'])
  })
})
