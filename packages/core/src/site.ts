import type { Dialect } from './dialect.ts'
import type { Events } from './events.ts'
import type { Classifier } from './fault.ts'
import type { Target } from './target.ts'

/** What all calls of one pipeline have in common. */
export interface Site {
  readonly name: string
  readonly events: Events
  readonly dialect: Dialect | undefined
  readonly classify: Classifier | undefined
  /** Does something here send again? Then its calls fund the retry budget. */
  readonly funds: boolean
  /** The pipeline's own provider as a target. */
  targetFor(provider: string | undefined, model: string | undefined): Target<unknown, unknown>
}
