import { expect, test } from 'vitest'

import { checkAtMost, quote, resolveOptions } from './options.ts'
import { either, faultKindsBut, having, integer, milliseconds, optional, record } from './rules.ts'

interface Given {
  readonly times: number
  readonly waitMs?: number
  readonly list?: readonly string[]
}
const resolved = (given: unknown): Given =>
  resolveOptions<Given>(
    'mine',
    given as Given,
    { times: 3 },
    { times: integer(1), waitMs: optional(milliseconds(1)), list: optional(having('a list')) },
  )

test('R-30 undefined never overrides a default', () => {
  expect(resolved({ times: undefined })).toEqual({ times: 3 })
  expect(resolved(undefined)).toEqual({ times: 3 })
})

test('R-80 an unknown option, and what is no object at all, is an error with a sentence', () => {
  expect(() => resolved({ time: 1 })).toThrow(
    "mine: unknown option 'time'; it knows times, waitMs, list",
  )
  expect(() => resolved(JSON.parse('{ "__proto__": 1 }'))).toThrow("unknown option '__proto__'")
  for (const given of [null, 5, 'x', []])
    expect(() => resolved(given)).toThrow('mine: options must be an object, got ')
})

test('T23 a wrong value is named with its option and what it must be', () => {
  expect(() => resolved({ times: 1.5 })).toThrow(
    'mine: times must be a whole number of at least 1, got 1.5',
  )
  expect(() => resolved({ waitMs: '5' })).toThrow(
    "mine: waitMs must be a finite number of milliseconds of at least 1, got '5'",
  )
})

test('T79 frozen options are taken as they are', () => {
  expect(resolved(Object.freeze({ times: 2 }))).toEqual({ times: 2 })
})

test('what is quoted is never a dump', () => {
  expect(quote('a'.repeat(1_000_000)).length).toBeLessThan(110)
  expect(quote(Array.from({ length: 1_000 }, (_, i) => i))).toBe(
    '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]',
  )
  const loop: unknown[] = [NaN, 'x', null, {}]
  loop.push(loop)
  expect(quote(loop)).toBe("[NaN, 'x', null, {…}, […]]")
  expect([undefined, 10n, Symbol('s'), () => 1].map(quote)).toEqual([
    'undefined',
    '10',
    'Symbol(s)',
    'a function',
  ])
})

test('a record knows its own options and no others', () => {
  const rule = either(milliseconds(1), record({ times: integer(1) }))
  expect(rule.says).toBe(
    'a finite number of milliseconds of at least 1, or { times: a whole number of at least 1 }',
  )
  expect([5, { times: 2 }].map((value) => rule.test(value))).toEqual([true, true])
  const wrong = [0, {}, { times: 0 }, { times: 2, time: 2 }, null, [], 'x']
  expect(wrong.filter((value) => rule.test(value))).toEqual([])
})

test('fault kinds can be left out', () => {
  const rule = faultKindsBut('aborted', 'limited')
  expect(rule.says).toBe(
    "a list of fault kinds, such as ['rate-limited', 'server'], without aborted, limited",
  )
  expect([[], ['server']].every((value) => rule.test(value))).toBe(true)
  expect(
    [['aborted'], ['server', 'limited'], ['nonsense'], 'server'].some((value) => rule.test(value)),
  ).toBe(false)
})

test('two options that contradict each other are named', () => {
  checkAtMost('mine', { waitMs: 5, maxMs: 5 }, 'waitMs', 'maxMs')
  expect(() => checkAtMost('mine', { waitMs: 6, maxMs: 5 }, 'waitMs', 'maxMs')).toThrow(
    'mine: waitMs must be at most maxMs (5), got 6',
  )
})
