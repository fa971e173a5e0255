import { policyContract } from '@holdfast/testing/contract'

import { hedge } from './hedge.ts'

policyContract('hedge', () => hedge())
policyContract('hedge with a fixed delay', () => hedge({ afterMs: 1_000 }))
