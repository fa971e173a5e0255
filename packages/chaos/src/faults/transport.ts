import { duration, oneOf, positive, ratio } from '../check.ts'
import type { Delivery, Plan } from '../plan.ts'
import { PROBLEMS } from '../problems/problem.ts'
import type { FaultTable } from './fault.ts'

/** How much slower a brown-out is when the scenario does not say. */
const SLOW_FACTOR = 10

const place = oneOf(['headers', 'body'])

const travel = (plan: Plan, delivery: Delivery): Plan => ({ ...plan, delivery })

/** The faults of the way: the answer is right, but late, broken, or never there. */
export const TRANSPORT_FAULTS: FaultTable<
  'slow' | 'stalled' | 'reset' | 'cut' | 'garbled' | 'html-page' | 'error-event'
> = {
  slow: {
    options: { factor: positive, delayMs: duration },
    apply: (plan, { delayMs, factor = delayMs === undefined ? SLOW_FACTOR : 1 }) => ({
      ...plan,
      factor: plan.factor * factor,
      delayMs: plan.delayMs + (delayMs ?? 0),
    }),
  },
  stalled: {
    options: { at: place, forMs: duration },
    apply: (plan, { at = 'headers', forMs = Infinity }) =>
      travel(plan, { how: 'stalled', at, forMs }),
  },
  reset: {
    options: { at: place },
    apply: (plan, { at = 'headers' }) => travel(plan, { how: 'reset', at }),
  },
  cut: { options: {}, apply: (plan) => travel(plan, { how: 'cut' }) },
  garbled: { options: {}, apply: (plan) => travel(plan, { how: 'garbled' }) },
  'html-page': { options: {}, apply: (plan) => ({ ...plan, reply: { kind: 'page' } }) },
  'error-event': {
    options: { after: ratio, problem: oneOf(PROBLEMS) },
    apply: (plan, { after = 0, problem = 'overloaded' }, { stream }) =>
      stream && after > 0
        ? travel(plan, { how: 'error-event', after, problem })
        : { ...plan, reply: { kind: 'problem', name: problem, status: 200 } },
  },
}
