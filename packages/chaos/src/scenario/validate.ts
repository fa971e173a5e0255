import {
  anything,
  checkFields,
  checkObject,
  complain,
  count,
  duration,
  oneOf,
  positive,
  ratio,
  text,
  wholeNumber,
  type Check,
} from '../check.ts'
import type { FaultName, FaultSpec } from '../faults/fault.ts'
import { FAULT_NAMES, FAULTS } from '../faults/table.ts'
import type { Latency } from '../latency.ts'
import type { Phase, Scenario, Script } from './scenario.ts'

const list: Check = (value) => (Array.isArray(value) ? undefined : 'a list')

const latency: Check = (value) => {
  if (typeof value !== 'object' || value === null) return duration(value)
  const { p50, p95, ...rest } = value as Readonly<Record<string, unknown>>
  const spread = positive(p50) ?? positive(p95)
  return spread === undefined && Number(p95) >= Number(p50) && Object.keys(rest).length === 0
    ? undefined
    : 'milliseconds or { p50, p95 } with 0 < p50 <= p95'
}

const SCENARIO: Readonly<Record<keyof Scenario, Check>> = {
  seed: wholeNumber,
  name: text,
  latencyMs: latency,
  tokensPerSecond: positive,
  phases: list,
  answers: anything,
}
const PHASE: Readonly<Record<keyof Phase, Check>> = {
  fromMs: duration,
  toMs: duration,
  faults: list,
}

const checkFault = (path: string, value: unknown): FaultSpec => {
  const spec = checkObject(path, value)
  const name = spec['fault']
  const must = oneOf(FAULT_NAMES)(name)
  if (must !== undefined) return complain(`${path}.fault`, must, name)
  const { options } = FAULTS[name as FaultName]
  // A rate limit meets whoever exceeds it: a probability would be read by nobody.
  const chance = name === 'rate-limit' ? {} : { probability: ratio, attempts: count }
  checkFields(path, spec, { fault: text, ...chance, ...options })
  if (name === 'rate-limit' && !('requestsPerSecond' in spec) === !('requestsPerMinute' in spec))
    complain(path, 'given requestsPerSecond or requestsPerMinute, one of the two', value)
  return structuredClone(spec) as FaultSpec
}

/** The share of attempts that a fault takes; a rate limit takes its own, by its bucket. */
export const shareOf = ({ fault, probability = 1 }: FaultSpec): number =>
  fault === 'rate-limit' ? 0 : probability

const checkPhase = (path: string, value: unknown): Required<Phase> => {
  checkFields(path, value, PHASE)
  const { fromMs = 0, toMs = Infinity, faults } = value as Phase
  if (faults === undefined) return complain(`${path}.faults`, 'a list', faults)
  if (toMs <= fromMs) complain(`${path}.toMs`, `above fromMs, which is ${fromMs}`, toMs)
  const specs = faults.map((fault, index) => checkFault(`${path}.faults[${index}]`, fault))
  const sum = specs.reduce((total, spec) => total + shareOf(spec), 0)
  // Ten tenths add up to a little more than 1.
  if (sum > 1 + 1e-9) complain(`${path}.faults`, 'of probabilities that add up to 1 at most', sum)
  return { fromMs, toMs, faults: specs }
}

/**
 * Checks a scenario and fills in its defaults; what comes back shares nothing with what was given.
 *
 * @throws ScenarioError with a sentence that names the field and its value.
 */
export const validateScenario = (scenario: unknown): Script => {
  checkFields('scenario', scenario, SCENARIO)
  const { seed = 1, name = 'unnamed', latencyMs = 0, ...given } = scenario as Scenario
  if (given.phases === undefined) return complain('scenario.phases', 'a list', given.phases)
  if (given.answers !== undefined)
    checkFields('scenario.answers', given.answers, { text, json: anything })
  return {
    seed,
    name,
    latencyMs: structuredClone<Latency>(latencyMs),
    tokensPerSecond: given.tokensPerSecond ?? Infinity,
    phases: given.phases.map((phase, index) => checkPhase(`scenario.phases[${index}]`, phase)),
    answers: structuredClone(given.answers ?? {}),
  }
}
