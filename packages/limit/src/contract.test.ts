import { policyContract } from '@holdfast/testing/contract'

import { admit } from './admit.ts'
import { limits } from './limits.ts'
import { pace } from './pace.ts'

policyContract('pace', () => pace(limits()))
policyContract('admit', () => admit(limits()))
policyContract('pace with limits', () =>
  pace(limits({ requestsPerMinute: 6_000, maxConcurrent: 5 })),
)
