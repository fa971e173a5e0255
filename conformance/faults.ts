import type { FaultSpec } from '@holdfast/chaos'

import type { Shape } from './answer.ts'
import type { Distort } from './bad-line.ts'
import type { Protocol } from './clients/client.ts'
import { AFTER, BEFORE, DOUBTFUL, HARMLESS } from './distortions.ts'

/** When a fault strikes: never in a way that matters, before the first content, or after it. */
export const PHASES = ['harmless', 'before', 'after'] as const

/** When a fault strikes. */
export type Phase = (typeof PHASES)[number]

/** One line of the table. */
export interface Case {
  readonly fault: string
  readonly phase: Phase
  /** It meets the first attempt only; undefined is a healthy server. */
  readonly spec: FaultSpec | undefined
  /** A healthy server whose first answer comes over a bad line. */
  readonly distort?: Distort
  /** An error is as right as a whole answer. */
  readonly orError?: boolean
  /** @default 'text' */
  readonly shape?: Shape
  /** Which wires know it. @default all */
  readonly protocols?: readonly Protocol[]
}

const before = (fault: string, spec: FaultSpec): Case => ({ fault, phase: 'before', spec })
const after = (fault: string, spec: FaultSpec): Case => ({ fault, phase: 'after', spec })
const harmless = (fault: string, spec?: FaultSpec): Case => ({ fault, phase: 'harmless', spec })

const distorted = (phase: Phase, by: Readonly<Record<string, Distort>>): readonly Case[] =>
  Object.entries(by).map(([fault, distort]) => ({
    fault,
    phase,
    spec: undefined,
    distort,
    orError: DOUBTFUL.includes(fault),
  }))

const CUTS = [
  ['clean close', 'clean'],
  ['reset', 'reset'],
  ['close-delimited', 'close'],
  ['half a JSON line', 'half-event'],
] as const

/** No fault at all. */
export const HEALTHY: Case = harmless('none')

/** Every fault at every place, and what does no harm. */
export const CASES: readonly Case[] = [
  HEALTHY,
  harmless('slow drip', { fault: 'slow-drip', bytes: 5 }),
  harmless('no usage', { fault: 'no-usage' }),
  // The standard discards an event without it: who sticks to that has seen no end, and must say so.
  {
    ...harmless('no last blank line', { fault: 'bad-ending', missing: 'blank-line' }),
    orError: true,
  },
  { ...harmless('no [DONE]', { fault: 'bad-ending', missing: 'done' }), protocols: ['chat'] },
  harmless('pings for a while', { fault: 'stalled', at: 'preamble', forMs: 100, pingMs: 20 }),

  before('429', { fault: 'rate-limited', retryAfterMs: 20 }),
  before('503', { fault: 'unavailable', retryAfterMs: 20 }),
  before('502 page', { fault: 'bad-gateway', retryAfterMs: 20 }),
  before('reset before headers', { fault: 'reset' }),
  before('stall before headers', { fault: 'stalled' }),
  before('stall before content', { fault: 'stalled', at: 'preamble' }),
  before('pings only', { fault: 'stalled', at: 'preamble', pingMs: 50 }),
  ...CUTS.map(([how, end]) => before(`cut, ${how}`, { fault: 'cut', at: 'preamble', end })),
  before('error frame first', { fault: 'error-event' }),
  before('error frame after preamble', { fault: 'error-event', after: 'preamble' }),
  before('malformed event', { fault: 'garbled', at: 'preamble' }),
  before('empty 200', { fault: 'empty-body' }),
  // The page of a captive network or of a wrong address: it is nobody's answer, and asking again is no cure.
  { ...before('HTML 200', { fault: 'html-page' }), orError: true },

  ...CUTS.map(([how, end]) => after(`cut, ${how}`, { fault: 'cut', at: 'first-content', end })),
  after('cut half-way', { fault: 'cut' }),
  after('cut at the end', { fault: 'cut', at: 'end' }),
  {
    ...after('no finish reason', { fault: 'bad-ending', missing: 'finish' }),
    protocols: ['chat', 'responses', 'gemini'],
  },
  {
    ...after('no message_stop', { fault: 'bad-ending', missing: 'done' }),
    protocols: ['messages'],
  },
  {
    ...after('cut in the thoughts', { fault: 'cut', at: 'reasoning' }),
    shape: 'reasoning',
    protocols: ['responses', 'messages', 'gemini'],
  },
  { ...after('cut in a tool call', { fault: 'cut', at: 'tool' }), shape: 'tool' },
  after('stall mid-text', { fault: 'stalled', at: 'body' }),
  after('pings mid-text', { fault: 'stalled', at: 'body', pingMs: 50 }),
  { ...after('stall in a tool call', { fault: 'stalled', at: 'tool' }), shape: 'tool' },
  after('error frame mid-text', { fault: 'error-event', after: 0.5 }),
  after('malformed event mid-text', { fault: 'garbled' }),

  ...distorted('harmless', HARMLESS),
  ...distorted('before', BEFORE),
  ...distorted('after', AFTER),
]

/** Whether nothing comes until the client leaves: such a cell is given less time before it is called a hang. */
export const stallsForEver = ({ spec }: Case): boolean =>
  spec?.fault === 'stalled' && spec.forMs === undefined
