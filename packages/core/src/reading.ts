import { classify } from './classify/index.ts'
import type { Clock } from './clock.ts'
import { faultOf, HoldfastError } from './errors.ts'
import type { Fault } from './fault.ts'
import type { Site } from './site.ts'
import type { Target } from './target.ts'

/** Who failed, and how errors are read there. */
interface Place {
  readonly provider: string
  readonly clock: Clock
  readonly site: Site
  readonly target: Pick<Target<never, unknown>, 'classify'>
}

/** What an error says: by the user's own classifier, that of the target first, else by the table. */
export const read = (error: unknown, place: Place): Fault => {
  const fault = asked(error, place) ?? classify(error, new Whereabouts(place.provider, place.clock))
  // Nobody on our side aborted: the provider or its SDK did, as some do for their own timeouts (T11).
  return fault.kind === 'aborted' && !HoldfastError.is(error)
    ? { ...fault, kind: 'timeout', retryable: true, scope: 'request' }
    : fault
}

/** A classifier of the user's that throws knows nothing of the error: nobody must wait for ever because of it (T33). */
const asked = (error: unknown, { provider, clock, site, target }: Place): Fault | undefined => {
  if (target.classify === undefined && site.classify === undefined) return undefined
  try {
    const at = { provider, now: clock.wall() }
    return target.classify?.(error, at) ?? site.classify?.(error, at)
  } catch {
    return undefined
  }
}

/** Who failed, and when: most failures are read without the clock. */
class Whereabouts {
  readonly provider: string
  readonly #clock: Clock

  constructor(provider: string, clock: Clock) {
    this.provider = provider
    this.#clock = clock
  }
  get now(): number {
    return this.#clock.wall()
  }
}

/** Our own abort reasons carry their fault; only foreign ones are `aborted`, whatever they are (T10). */
export const cancellation = (reason: unknown): Fault =>
  HoldfastError.is(reason) ? reason.fault : faultOf('aborted', 'The caller gave up')
