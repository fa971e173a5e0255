import { expect, test } from 'vitest'

import { Gauges } from './gauges.ts'

test('a circuit that two pipelines tell of has opened once', () => {
  const gauges = new Gauges()
  gauges.circuit('gpt', 'open', 1_000, 'server')
  gauges.circuit('gpt', 'open', 1_000, 'server')
  gauges.circuit('gpt', 'half-open', 3_000)
  gauges.circuit('gpt', 'open', 3_500, 'timeout')
  expect(gauges.circuits(4_000)['gpt']).toStrictEqual({
    state: 'open',
    forMs: 500,
    fault: 'timeout',
    timesOpened: 2,
    openMs: 3_000,
  })
  gauges.circuit('gpt', 'closed', 5_000)
  expect(gauges.circuits(9_000)['gpt']).toMatchObject({
    state: 'closed',
    fault: undefined,
    openMs: 4_000,
  })
})

test('what was debited from a budget long ago counts no more', () => {
  const gauges = new Gauges()
  gauges.budget({ key: 'acme', spentUsd: 8, limitUsd: 10, periodMs: 60_000 }, 0)
  expect(gauges.budgets(59_999)['acme per minute']).toStrictEqual({
    spentUsd: 8,
    limitUsd: 10,
    leftUsd: 2,
    spentShare: 0.8,
  })
  expect(gauges.budgets(60_000)['acme per minute']).toStrictEqual({
    spentUsd: 0,
    limitUsd: 10,
    leftUsd: 10,
    spentShare: 0,
  })
})

test('of more keys than it may know the one that changed longest ago is forgotten', () => {
  const gauges = new Gauges()
  for (let key = 0; key < 1_200; key++) gauges.circuit(`key-${key}`, 'open', key)
  const known = Object.keys(gauges.circuits(2_000))
  expect(known).toHaveLength(1_000)
  expect(known[0]).toBe('key-200')
})
