/**
 * What one call of fallback + retry + notEmpty + circuitBreaker + timeout makes, held by CI. Counts, not times: they
 * are the same on a busy machine. The times are in `pnpm bench:overhead`.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { beforeAll, describe, expect, test } from 'vitest'

import type { Counters } from '../bench/overhead/counters.ts'

const script = fileURLToPath(new URL('../bench/overhead/counters.ts', import.meta.url))
const flags = ['--expose-gc', '--conditions=@holdfast/source']

describe('one call of the real stack', () => {
  let counters: Counters
  // A process of its own: it patches the globals before anything is imported, and collects garbage on demand.
  beforeAll(() => {
    const printed = execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' })
    counters = JSON.parse(printed) as Counters
  }, 60_000)

  test('makes at most 8 promises, the one of the provider included', () => {
    expect(counters.promises).toBeGreaterThan(1)
    expect(counters.promises).toBeLessThanOrEqual(8)
  })

  test('settles after at most 7 turns of the microtask queue', () => {
    expect(counters.hops).toBeGreaterThan(1)
    expect(counters.hops).toBeLessThanOrEqual(7)
  })

  test('sets no timer of its own for a timeout of a second and more', () => {
    expect(counters.timers).toBe(0)
  })

  test('makes no AbortController when nobody reads the signal', () => {
    expect(counters.abortControllers).toBe(0)
  })

  test('builds no Error when it succeeds', () => {
    expect(counters.errors).toBe(0)
  })

  test('T6 R-63 100,000 calls on one signal leave the heap flat and no listener on it', () => {
    expect(counters.heapGrowth).toBeLessThan(2 * 1_024 * 1_024)
    expect(counters.listenersLeft).toBe(0)
  })

  test('the counting counts: the same run sees timers, controllers and errors that are made', () => {
    expect(counters.control).toEqual({ timers: 1, abortControllers: 1, errors: 1 })
  })
})
