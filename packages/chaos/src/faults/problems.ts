import { duration, errorStatus, oneOf } from '../check.ts'
import { HINTS } from '../hints.ts'
import { PROBLEMS, type ProblemName } from '../problems/problem.ts'
import type { Fault, FaultTable, ProblemOptions } from './fault.ts'

/** How long a rate limit asks to wait when the scenario does not say. */
const RATE_LIMIT_MS = 1000

const problem = (name: ProblemName): Fault<ProblemOptions> => ({
  options: { status: errorStatus, retryAfterMs: duration, hint: oneOf(HINTS) },
  apply: (
    plan,
    { status, hint, retryAfterMs = name === 'rate-limited' ? RATE_LIMIT_MS : undefined },
  ) => ({
    ...plan,
    reply: {
      kind: 'problem',
      name,
      ...(status !== undefined && { status }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(hint !== undefined && { hint }),
    },
  }),
})

/** The faults that are an error of the provider, one for each of its words. */
export const PROBLEM_FAULTS = Object.fromEntries(
  PROBLEMS.map((name) => [name, problem(name)]),
) as FaultTable<ProblemName>
