import { atLeastOne, oneOf, positive } from '../check.ts'
import { HINTS } from '../hints.ts'
import type { Plan } from '../plan.ts'
import type { ChaosRequest } from '../request.ts'
import { ANSWER_FAULTS } from './answers.ts'
import type { FaultName, FaultSpec, FaultTable } from './fault.ts'
import { PROBLEM_FAULTS } from './problems.ts'
import { TRANSPORT_FAULTS } from './transport.ts'

/** Every fault by its name. */
export const FAULTS: FaultTable<FaultName> = {
  ...PROBLEM_FAULTS,
  ...TRANSPORT_FAULTS,
  ...ANSWER_FAULTS,
  'rate-limit': {
    options: {
      requestsPerSecond: positive,
      requestsPerMinute: positive,
      burst: atLeastOne,
      hint: oneOf(HINTS),
    },
    // Its bucket has spoken already (see fate.ts): a request that gets here was let through.
    apply: (plan) => plan,
  },
}

/** The names of all faults. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[]

/** What a fault makes of the plan for a request. */
export const applyFault = <Name extends FaultName>(
  plan: Plan,
  spec: FaultSpec<Name>,
  request: ChaosRequest,
): Plan => FAULTS[spec.fault].apply(plan, spec, request)

/** Whether a fault has anything to spoil in a request. */
export const faultApplies = ({ fault }: FaultSpec, request: ChaosRequest): boolean =>
  FAULTS[fault].appliesTo?.(request) ?? true
