import { expect, it } from 'vitest'

import { ScenarioError } from '../check.ts'
import { FAULT_NAMES, FAULTS } from '../faults/table.ts'
import { SCENARIOS } from './built-in.ts'
import { validateScenario } from './validate.ts'

const sentence = (scenario: unknown): string => {
  try {
    validateScenario(scenario)
    return 'accepted'
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError)
    return (error as Error).message
  }
}

const withFault = (fault: unknown): string => sentence({ phases: [{ faults: [fault] }] })

it.each([
  [null, 'scenario must be an object, but is null.'],
  [{}, 'scenario.phases must be a list, but is undefined.'],
  [
    { phases: [], sead: 1 },
    'scenario.sead is not a field here; the fields are seed, name, latencyMs, tokensPerSecond, phases, answers.',
  ],
  [{ phases: [], seed: 1.5 }, 'scenario.seed must be a whole number, but is 1.5.'],
  [
    { phases: [], latencyMs: { p50: 9, p95: 3 } },
    'scenario.latencyMs must be milliseconds or { p50, p95 } with 0 < p50 <= p95, but is {"p50":9,"p95":3}.',
  ],
  [
    { phases: [], answers: { jason: 1 } },
    'scenario.answers.jason is not a field here; the fields are text, json.',
  ],
  [
    { phases: [{ fromMs: 5, toMs: 5, faults: [] }] },
    'scenario.phases[0].toMs must be above fromMs, which is 5, but is 5.',
  ],
  [{ phases: [{}] }, 'scenario.phases[0].faults must be a list, but is undefined.'],
])('answers %j with a sentence', (scenario, expected) => {
  expect(sentence(scenario)).toBe(expected)
})

it.each([
  [
    { fault: 'unavailable', probability: 'often' },
    'scenario.phases[0].faults[0].probability must be a number from 0 to 1, but is "often".',
  ],
  [
    { fault: 'rate-limit' },
    'scenario.phases[0].faults[0] must be given requestsPerSecond or requestsPerMinute, one of the two, but is {"fault":"rate-limit"}.',
  ],
  [
    { fault: 'empty', at: 'body' },
    'scenario.phases[0].faults[0].at is not a field here; the fields are fault, probability, attempts.',
  ],
  [
    { fault: 'cut', attempts: 0 },
    'scenario.phases[0].faults[0].attempts must be a whole number of 1 or more, but is 0.',
  ],
  [
    { fault: 'error-event', after: 'headers' },
    'scenario.phases[0].faults[0].after must be a number from 0 to 1, or one of preamble, first-content, reasoning, body, tool, end, but is "headers".',
  ],
])('answers the fault %j with a sentence', (fault, expected) => {
  expect(withFault(fault)).toBe(expected)
})

it('names every fault when it does not know one', () => {
  expect(withFault({ fault: 'toString' })).toContain(`must be one of ${FAULT_NAMES.join(', ')}`)
})

it('refuses probabilities that add up to more than 1, and takes ten tenths', () => {
  const tenths = (count: number): unknown =>
    Array.from({ length: count }, () => ({ fault: 'empty', probability: 0.1 }))
  expect(sentence({ phases: [{ faults: tenths(10) }] })).toBe('accepted')
  expect(sentence({ phases: [{ faults: tenths(11) }] })).toContain('add up to 1 at most')
})

it.each(
  FAULT_NAMES.flatMap((fault) =>
    Object.keys(FAULTS[fault].options).map((option) => [fault, option]),
  ),
)('the option of %s called %s answers nonsense with a sentence', (fault, option) => {
  for (const nonsense of [NaN, -1, Infinity, '5', null, {}])
    expect(withFault({ fault, [option]: nonsense })).toMatch(`faults[0].${option} must be `)
})

it('is not moved by what happens to the scenario later', () => {
  const faults = [{ fault: 'empty' as const, probability: 0.5 }]
  const script = validateScenario({ phases: [{ faults }] })
  faults[0] = { fault: 'empty', probability: 1 }
  expect(script.phases[0]?.faults[0]?.probability).toBe(0.5)
})

it.each(Object.keys(SCENARIOS))(
  'the built-in scenario %s is a good one and survives JSON',
  (name) => {
    expect(validateScenario(JSON.parse(JSON.stringify(SCENARIOS[name])))).toStrictEqual(
      validateScenario(SCENARIOS[name]),
    )
  },
)
