import { count, duration, either, oneOf, positive, ratio } from '../check.ts'
import { PLACES } from '../place.ts'
import { CUT_ENDS, MISSING, type Delivery, type Plan } from '../plan.ts'
import { PROBLEMS } from '../problems/problem.ts'
import type { FaultTable } from './fault.ts'

/** How much slower a brown-out is when the scenario does not say. */
const SLOW_FACTOR = 10

/** A sliver of a stream when the scenario does not say: smaller than any event, and odd. */
const SLIVER_BYTES = 7

const place = oneOf(PLACES)
const inBody = oneOf(PLACES.filter((one) => one !== 'headers'))

const travel = (plan: Plan, delivery: Delivery): Plan => ({ ...plan, delivery })

/** The faults of the way: the answer is right, but late, broken, or never there. */
export const TRANSPORT_FAULTS: FaultTable<
  | 'slow'
  | 'slow-drip'
  | 'stalled'
  | 'reset'
  | 'cut'
  | 'bad-ending'
  | 'garbled'
  | 'html-page'
  | 'empty-body'
  | 'error-event'
  | 'no-usage'
> = {
  slow: {
    options: { factor: positive, delayMs: duration },
    apply: (plan, { delayMs, factor = delayMs === undefined ? SLOW_FACTOR : 1 }) => ({
      ...plan,
      factor: plan.factor * factor,
      delayMs: plan.delayMs + (delayMs ?? 0),
    }),
  },
  'slow-drip': {
    options: { bytes: count, everyMs: duration },
    apply: (plan, { bytes = SLIVER_BYTES, everyMs = 0 }) =>
      travel(plan, { how: 'drip', bytes, everyMs }),
  },
  stalled: {
    options: { at: place, forMs: duration, pingMs: positive },
    apply: (plan, { at = 'headers', forMs = Infinity, pingMs = Infinity }) =>
      travel(plan, { how: 'stalled', at, forMs, pingMs }),
  },
  reset: {
    options: { at: place },
    apply: (plan, { at = 'headers' }) => travel(plan, { how: 'reset', at }),
  },
  cut: {
    options: { at: inBody, end: oneOf(CUT_ENDS) },
    apply: (plan, { at = 'body', end = 'clean' }) => travel(plan, { how: 'cut', at, end }),
  },
  'bad-ending': {
    options: { missing: oneOf(MISSING) },
    appliesTo: ({ stream }) => stream,
    apply: (plan, { missing = 'finish' }) => travel(plan, { how: 'bad-ending', missing }),
  },
  garbled: {
    options: { at: inBody },
    apply: (plan, { at = 'body' }) => travel(plan, { how: 'garbled', at }),
  },
  'html-page': { options: {}, apply: (plan) => ({ ...plan, reply: { kind: 'page' } }) },
  'empty-body': { options: {}, apply: (plan) => ({ ...plan, reply: { kind: 'nothing' } }) },
  'no-usage': { options: {}, apply: (plan) => ({ ...plan, withoutUsage: true }) },
  'error-event': {
    options: { after: either(ratio, inBody), problem: oneOf(PROBLEMS) },
    apply: (plan, { after = 0, problem = 'overloaded' }, { stream }) =>
      stream && after !== 0
        ? travel(plan, { how: 'error-event', after, problem })
        : { ...plan, reply: { kind: 'problem', name: problem, status: 200 } },
  },
}
