import { policyContract } from '@holdfast/testing/contract'

import { degrade } from './degrade.ts'
import { fallback } from './fallback.ts'

const a = { id: 'a', provider: 'a' }
const b = { id: 'b', provider: 'b' }

policyContract('fallback to a reserved target', () =>
  fallback([a, b], { onlyOn: { b: ['context-window'] } }),
)
policyContract('fallback with one target', () => fallback([a]))
policyContract('degrade for a refusal only', () =>
  degrade(() => 'not asked for', { on: ['refused'] }),
)
