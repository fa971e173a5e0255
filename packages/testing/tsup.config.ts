import { lib } from '../../tsup.base.ts'

export default lib(['src/index.ts', 'src/contract.ts'])
