import { faultOf, type FaultKind } from '@holdfast/core'
import { describe, expect, test } from 'vitest'

import { billedUsage } from './billing.ts'

const REPORTED = { inputTokens: 100, outputTokens: 20, source: 'reported' } as const
const PROMPT = { inputTokens: 100, outputTokens: 0, source: 'reported' } as const
const HALF = { inputTokens: 100, outputTokens: 7, source: 'estimated' } as const
const EXPECTED = { inputTokens: 90.4, outputTokens: 30.2 }
const NONE = { inputTokens: 0, outputTokens: 0, source: 'none' }

const failed = (kind: FaultKind, more: object = {}, details: object = {}) => ({
  provider: 'openai',
  firstContentAt: 5,
  endedAt: 5,
  usage: undefined,
  fault: faultOf(kind, 'no', details),
  ...more,
})

test('an answer is billed as it reports', () => {
  const answered = { ...failed('server'), fault: undefined, usage: REPORTED }
  expect(billedUsage(answered)).toBe(REPORTED)
})

describe('what never came to the model costs nothing', () => {
  test.each<FaultKind>([
    'rate-limited',
    'quota-exhausted',
    'auth',
    'permission',
    'invalid-request',
    'context-window',
    'model-unavailable',
    'circuit-open',
    'limited',
    'budget-exhausted',
    'network',
    'overloaded',
    'server',
  ])('R-60 %s', (kind) => {
    expect(billedUsage(failed(kind), undefined, EXPECTED)).toStrictEqual(NONE)
  })

  test('R-60 a timeout that the provider itself reports, by its status', () => {
    const gateway = failed('timeout', {}, { status: 504 })
    expect(billedUsage(gateway, undefined, EXPECTED)).toStrictEqual(NONE)
  })
})

test('an answer that was no good was paid for all the same', () => {
  for (const kind of ['empty', 'truncated', 'invalid-output', 'refused'] as const)
    expect(billedUsage(failed(kind, { usage: REPORTED }))).toBe(REPORTED)
})

test('R-57 a block without output is billed by the rule of its provider', () => {
  const blocked = (provider: string) => failed('refused', { usage: PROMPT, provider })
  expect(billedUsage(blocked('openai'))).toBe(PROMPT)
  expect(billedUsage(blocked('anthropic'))).toStrictEqual(NONE)
  const rules = { '*': { abandoned: 'generated', blocked: 'free' } } as const
  expect(billedUsage(blocked('openai'), rules)).toStrictEqual(NONE)
})

describe('R-62 the model goes on writing for whoever hangs up', () => {
  test('what was to come whole is taken for as long as its target usually answers, and is flagged', () => {
    for (const kind of ['timeout', 'aborted', 'deadline-exceeded', 'incomplete'] as const)
      expect(billedUsage(failed(kind), undefined, EXPECTED)).toStrictEqual({
        inputTokens: 90,
        outputTokens: 30,
        source: 'estimated',
      })
  })

  test('the prompt is known better than what is usual', () => {
    const usage = { inputTokens: 500, outputTokens: 0, source: 'estimated' } as const
    expect(billedUsage(failed('timeout', { usage }), undefined, EXPECTED).inputTokens).toBe(500)
  })

  test('a stream is taken for what it had said', () => {
    const stream = failed('network', { usage: HALF, endedAt: 50 })
    expect(billedUsage(stream, undefined, EXPECTED)).toStrictEqual(HALF)
  })

  test('a stream that reported before it broke is believed', () => {
    const stream = failed('incomplete', { usage: REPORTED, endedAt: 50 })
    expect(billedUsage(stream)).toBe(REPORTED)
  })

  test('where nothing is known, nothing is invented', () => {
    expect(billedUsage(failed('timeout'))).toStrictEqual(NONE)
  })

  test('a provider that stops when we do bills nothing', () => {
    const rules = { openai: { abandoned: 'free', blocked: 'billed' } } as const
    expect(billedUsage(failed('aborted'), rules, EXPECTED)).toStrictEqual(NONE)
  })
})
