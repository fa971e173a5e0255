import { expect, test } from 'vitest'

import { Circuits } from './circuits.ts'
import { CIRCUIT_BREAKER_DEFAULTS } from './options.ts'

const now = (): number => 0
const FATAL = { failed: true, slow: false, fatal: true }
const trip = (circuits: Circuits, key: string): void => {
  const circuit = circuits.of(key, now)
  circuit.fail(circuit.admit(0), FATAL, 0, () => 1_000)
}

test('T55 a hundred thousand keys stay bounded, and cannot evict one that fails', () => {
  const circuits = new Circuits(CIRCUIT_BREAKER_DEFAULTS, 1_000)
  trip(circuits, 'failing')
  for (let i = 0; i < 100_000; i++) circuits.of(`key ${i}`, now)
  expect(circuits.all()).toHaveLength(1_000)
  expect(circuits.of('failing', now).state).toBe('open')
})

test('T55 a flood of failing keys stays bounded, too, and the first ones stay known', () => {
  const circuits = new Circuits(CIRCUIT_BREAKER_DEFAULTS, 100)
  for (let i = 0; i < 10_000; i++) trip(circuits, `key ${i}`)
  expect(circuits.all()).toHaveLength(100)
  expect(circuits.find('key 0')?.state).toBe('open')
})

test('T55 a circuit with a failure in its window, or with calls in flight, is not idle', () => {
  const circuits = new Circuits(CIRCUIT_BREAKER_DEFAULTS, 2)
  const failed = circuits.of('failed once', now)
  failed.fail(failed.admit(0), { failed: true, slow: false, fatal: false }, 0, () => 1)
  circuits.of('busy', now).inFlight++
  circuits.of('new', now)
  expect(
    circuits
      .all()
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(['busy', 'failed once'])
  expect(circuits.isIdle(0)).toBe(false)
  // An hour later the failure is forgotten, and its place can be had.
  circuits.of('new', () => 3_600_000)
  expect(circuits.find('failed once')).toBeUndefined()
})
