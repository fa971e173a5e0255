import { asTheyCome } from './as-they-come.ts'
import type { Build } from './contest.ts'
import { handWritten } from './hand-written.ts'
import type { ContenderName } from './names.ts'
import { withHoldfast } from './with-holdfast.ts'

/** How to build each of them. */
export const CONTENDERS: Readonly<Record<ContenderName, Build>> = {
  asTheyCome,
  handWritten,
  holdfast: withHoldfast,
}
