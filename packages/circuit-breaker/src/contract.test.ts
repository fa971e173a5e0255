import { policyContract } from '@holdfast/testing/contract'

import { circuitBreaker } from './index.ts'

policyContract('circuitBreaker', () => circuitBreaker())
policyContract('circuitBreaker that times its calls', () => circuitBreaker({ slowCallMs: 1_000 }))
