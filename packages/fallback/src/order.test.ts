import { faultOf, type FaultKind, type FaultScope, type TargetInfo } from '@holdfast/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { blendedPrice, choose, ranked } from './order.ts'

const price = (inputPerMillion: number, outputPerMillion: number) => ({
  inputPerMillion,
  outputPerMillion,
})
const now = (): number => -Infinity
const failed = (target: TargetInfo, scope: FaultScope, kind: FaultKind = 'server') => ({
  target,
  fault: faultOf(kind, kind, { scope }),
})

test('the price of a target is that of three tokens in for each one out', () => {
  expect(blendedPrice(price(1, 5))).toBe(2)
  expect(blendedPrice(undefined)).toBe(Infinity)
})

test('cheapest first, without a price last, equals as listed, the list itself untouched', () => {
  const listed = [
    { id: 'unknown' },
    { id: 'dear', price: price(10, 30) },
    { id: 'unknown too' },
    { id: 'cheap', price: price(1, 3) },
    { id: 'as cheap', price: price(1, 3) },
  ]
  expect(ranked(listed, (one) => blendedPrice(one.price)).map(({ id }) => id)).toEqual([
    'cheap',
    'as cheap',
    'dear',
    'unknown',
    'unknown too',
  ])
  expect(listed[0]!.id).toBe('unknown')
})

const gpt = { id: 'gpt', provider: 'openai', model: 'gpt', key: 'k1' }
const mini = { id: 'mini', provider: 'openai', model: 'mini', key: 'k1' }
const gptKey2 = { id: 'gpt-key-2', provider: 'openai', model: 'gpt', key: 'k2' }
const claude = { id: 'claude', provider: 'anthropic' }

test.each([
  ['provider', 'claude'],
  ['key', 'gpt-key-2'],
  ['model', 'mini'],
  ['request', 'mini'],
] as const)('after a fault of scope %s the next is %s', (scope, next) => {
  expect(choose([mini, gptKey2, claude], [failed(gpt, scope)], now)?.id).toBe(next)
})

test('what befell an earlier target still counts when the latest was of another provider', () => {
  const google = { id: 'gemini', provider: 'google' }
  const failures = [failed(gpt, 'provider'), failed(claude, 'request')]
  expect(choose([mini, google], failures, now)?.id).toBe('gemini')
})

test('after a full context window a declared window comes before an unknown one', () => {
  const large = { ...claude, contextWindow: 1_000_000 }
  expect(choose([mini, large], [failed(gpt, 'request', 'context-window')], now)).toBe(large)
})

test('when none is ready, the soonest', () => {
  const until: Record<string, number> = { mini: 300, claude: 100, 'gpt-key-2': 200 }
  expect(choose([mini, claude, gptKey2], [], ({ id }) => until[id]!)).toBe(claude)
})

test('whatever the failures, a target is chosen while there is one, and a ready one if there is one', () => {
  const targets: TargetInfo[] = [gpt, mini, gptKey2, claude]
  fc.assert(
    fc.property(
      fc.subarray(targets, { minLength: 1 }),
      fc.array(fc.constantFrom<FaultScope>('request', 'key', 'model', 'provider')),
      fc.array(fc.oneof(fc.constant(-Infinity), fc.nat()), { minLength: 4, maxLength: 4 }),
      (untried, scopes, times) => {
        const at = (target: TargetInfo): number => times[targets.indexOf(target)]!
        const failures = scopes.map((scope, index) => failed(targets[index % 4]!, scope))
        const chosen = choose(untried, failures, at)!
        expect(at(chosen)).toBe(Math.min(...untried.map(at)))
      },
    ),
  )
})
