import { expect, test } from 'vitest'

import { mergeStates } from './merge.ts'
import type { MonitorState } from './metrics.ts'

const state = (more: Partial<MonitorState>): MonitorState => ({
  at: 1,
  windowMs: 300_000,
  routes: {},
  targets: {},
  circuits: {},
  budgets: {},
  stacked: [],
  alerts: [],
  ...more,
})
const circuit = { forMs: 1, fault: undefined, timesOpened: 1, openMs: 1 }

test('of a circuit the worst state is told', () => {
  const merged = mergeStates([
    state({ circuits: { gpt: { ...circuit, state: 'half-open' } } }),
    state({ circuits: { gpt: { ...circuit, state: 'open' } } }),
    state({ circuits: { gpt: { ...circuit, state: 'closed' } } }),
  ])
  expect(merged.circuits['gpt']?.state).toBe('open')
})

test('each process has its own budget: they add up', () => {
  const budget = { spentUsd: 2, limitUsd: 10, leftUsd: 8, spentShare: 0.2 }
  const { budgets } = mergeStates([
    state({ budgets: { acme: budget } }),
    state({ budgets: { acme: { spentUsd: 10, limitUsd: 10, leftUsd: 0, spentShare: 1 } } }),
  ])
  expect(budgets['acme']).toStrictEqual({ spentUsd: 12, limitUsd: 20, leftUsd: 8, spentShare: 0.6 })
})

test('what one of them knows, all know', () => {
  const alert = {
    rule: 'error-rate',
    key: 'chat',
    severity: 'page',
    summary: '',
    value: 1,
    firedAt: 1,
    resolvedAt: undefined,
  } as const
  const merged = mergeStates([
    state({ at: 5, stacked: ['chat'] }),
    state({ at: 7, stacked: ['chat', 'mail'], alerts: [alert] }),
  ])
  expect(merged).toMatchObject({ at: 7, stacked: ['chat', 'mail'], alerts: [alert] })
})
