import { policyContract } from '@holdfast/testing/contract'

import { interrupt, resume } from './index.ts'

policyContract('interrupt', () => interrupt('restart'))
policyContract('resume', () => resume())
