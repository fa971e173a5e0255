import { policyContract } from '@holdfast/testing/contract'

import { retry } from './retry.ts'

policyContract('retry', () => retry())
policyContract('retry with hooks', () => retry({ adapt: (request) => request, delay: () => 5 }))
