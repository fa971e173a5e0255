import { expect, test } from 'vitest'

import { allOf, circuitsFor, type Circuits } from './keyed-circuit.ts'
import { CIRCUIT_BREAKER_DEFAULTS } from './options.ts'

const FATAL = { failed: true, slow: false, fatal: true }
const FAILED = { failed: true, slow: false, fatal: false }
const trip = (circuits: Circuits, key: string): void => {
  const circuit = circuits.of(key)
  circuit.fail(circuit.admit(0), FATAL, 0, () => 1_000)
}
const keysOf = (circuits: Circuits): string[] => allOf(circuits).map(({ key }) => key)

test('T55 a flood of new keys cannot evict one that fails', () => {
  const circuits = circuitsFor(CIRCUIT_BREAKER_DEFAULTS, 100, () => 0)
  trip(circuits, 'failing')
  for (let i = 0; i < 10_000; i++) circuits.of(`key ${i}`)
  expect(keysOf(circuits)).toHaveLength(100)
  expect(circuits.of('failing').state).toBe('open')
})

test('T55 a circuit with a failure in its window, or with calls in flight, is not idle', () => {
  let now = 0
  const circuits = circuitsFor(CIRCUIT_BREAKER_DEFAULTS, 2, () => now)
  const failed = circuits.of('failed once')
  failed.fail(failed.admit(0), FAILED, 0, () => 1)
  circuits.of('busy').inFlight++
  circuits.of('new')
  expect(keysOf(circuits).toSorted()).toEqual(['busy', 'failed once'])
  // An hour later the failure is forgotten, and its place can be had.
  now = 3_600_000
  circuits.of('new')
  expect(circuits.find('failed once')).toBeUndefined()
})

test('T55 a break that nobody has asked after for a whole window can be forgotten, an open one cannot', () => {
  let now = 0
  const circuits = circuitsFor(CIRCUIT_BREAKER_DEFAULTS, 10, () => now)
  for (let i = 0; i < 10; i++) trip(circuits, `revoked ${i}`)
  now = 1_000 + 59_999
  circuits.of('new')
  expect(circuits.find('new')).toBeUndefined()
  now++
  circuits.of('new')
  expect(circuits.find('new')).toBeDefined()
})
