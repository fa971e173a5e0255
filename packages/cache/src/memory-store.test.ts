import { ConfigurationError } from '@holdfast/core'
import { testClock } from '@holdfast/testing'
import { describe, expect, test } from 'vitest'

import { memoryStore } from './memory-store.ts'
import type { CacheEntry } from './store.ts'

const entry = (response: unknown): CacheEntry => ({ v: 1, storedAt: 0, response })

describe('the memory store', () => {
  test('keeps so many entries; the one not asked for longest goes first', () => {
    const store = memoryStore({ maxEntries: 2 })
    store.set('a', entry('a'), 1_000)
    store.set('b', entry('b'), 1_000)
    store.get('a')
    store.set('c', entry('c'), 1_000)
    expect(['a', 'b', 'c'].map((key) => store.get(key) !== undefined)).toEqual([true, false, true])
  })

  test('keeps so many bytes, and nothing that is larger by itself', () => {
    const store = memoryStore({ maxBytes: 4_000 })
    for (const key of 'abcd') store.set(key, entry('x'.repeat(500)), 1_000)
    expect(['a', 'b', 'c', 'd'].filter((key) => store.get(key) !== undefined)).toEqual([
      'b',
      'c',
      'd',
    ])
    store.set('large', entry('x'.repeat(5_000)), 1_000)
    expect(store.get('large')).toBeUndefined()
  })

  test('does not measure unless asked to: what has no JSON is kept', () => {
    const store = memoryStore()
    const big = entry(1n)
    store.set('a', big, 1_000)
    expect(store.get('a')).toBe(big)
    expect(() => memoryStore({ maxBytes: 100 }).set('a', big, 1_000)).toThrow(TypeError)
  })

  test('takes a part of a millisecond for a whole one', async () => {
    const clock = testClock(1)
    const store = memoryStore({ clock })
    store.set('a', entry('a'), 0.5)
    expect(store.get('a')).toBeDefined()
    await clock.advance(2)
    expect(store.get('a')).toBeUndefined()
  })

  test.each([
    ['maxEntries', [NaN, -1, 0, 1.5, Infinity, '5', null, {}]],
    ['maxBytes', [NaN, -1, 0, 1.5, Infinity, '5', null, {}]],
    ['clock', [NaN, '5', null, {}]],
  ])('says what is wrong with %s', (name, values) => {
    for (const value of values) {
      expect(() => memoryStore({ [name]: value })).toThrow(
        new RegExp(`memoryStore: ${name} must be`),
      )
      expect(() => memoryStore({ [name]: value })).toThrow(ConfigurationError)
    }
  })
})
