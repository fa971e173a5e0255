import { expect, it } from 'vitest'

import { faultsFor } from './fate.ts'
import type { FaultSpec } from './faults/fault.ts'
import { promptKey } from './key.ts'
import type { ChaosRequest } from './request.ts'
import type { Scenario } from './scenario/scenario.ts'
import { validateScenario } from './scenario/validate.ts'

const request: ChaosRequest = {
  endpoint: '/v1/messages',
  model: 'm',
  prompt: 'p',
  input: 'p',
  stream: false,
  json: false,
  maxTokens: Infinity,
  includeUsage: false,
  headers: {},
  body: {},
}

const fates = (scenario: Scenario, attempts: number, atMs = 0): string[] =>
  Array.from({ length: attempts }, (_, i) =>
    faultsFor(validateScenario(scenario), {
      request,
      key: `r${i % 50}`,
      number: 1 + Math.floor(i / 50),
      atMs,
    })
      .map((spec) => spec.fault)
      .join(),
  )

const faults: FaultSpec[] = [
  { fault: 'unavailable', probability: 0.3 },
  { fault: 'empty', probability: 0.1 },
]

it('same seed, same faults; another seed, others', () => {
  const scenario = { seed: 7, phases: [{ faults }] }
  expect(fates(scenario, 500)).toStrictEqual(fates(scenario, 500))
  expect(fates({ ...scenario, seed: 8 }, 500)).not.toStrictEqual(fates(scenario, 500))
})

it('an attempt meets the same fate at any time of its phase', () => {
  const scenario = { phases: [{ fromMs: 0, toMs: 1000, faults }] }
  expect(fates(scenario, 200, 999)).toStrictEqual(fates(scenario, 200, 0))
})

it('each fault gets its share', () => {
  const all = fates({ phases: [{ faults }] }, 4000)
  expect(all.filter((fault) => fault === 'unavailable').length / 4000).toBeCloseTo(0.3, 1)
  expect(all.filter((fault) => fault === 'empty').length / 4000).toBeCloseTo(0.1, 1)
  expect(all.filter((fault) => fault === '').length / 4000).toBeCloseTo(0.6, 1)
})

it('a phase with probability 1 is an outage from its first millisecond to before its last', () => {
  const scenario: Scenario = { phases: [{ fromMs: 100, toMs: 200, faults: [{ fault: 'reset' }] }] }
  expect([99, 100, 199, 200].map((at) => fates(scenario, 1, at)[0])).toStrictEqual([
    '',
    'reset',
    'reset',
    '',
  ])
})

it('phases that overlap throw their own dice', () => {
  const half: FaultSpec[] = [{ fault: 'slow', probability: 0.5 }]
  const all = fates({ phases: [{ faults: half }, { faults: half }] }, 4000)
  expect(all.filter((fault) => fault === 'slow,slow').length / 4000).toBeCloseTo(0.25, 1)
})

it('two long prompts that begin alike are two keys, and short ones are readable', () => {
  const long = 'x'.repeat(100)
  expect(promptKey({ ...request, prompt: 'hello' })).toBe('hello')
  expect(promptKey({ ...request, prompt: `${long}a` })).not.toBe(
    promptKey({ ...request, prompt: `${long}b` }),
  )
})
