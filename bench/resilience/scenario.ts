import type { Limit } from './engine/bucket.ts'
import type { Roll } from './engine/dice.ts'
import type { Fate } from './engine/fate.ts'

/** Who is asked: the primary, or the fallback. */
export type ProviderName = 'primary' | 'fallback'

/** Seconds from the start of a run, first inclusive, last exclusive. */
export type Window = readonly [from: number, to: number]

/** How one provider behaves; times are seconds from the start of the run. */
export interface Behaviour {
  readonly fate?: (second: number, roll: Roll) => Fate
  /** How much longer an answer takes. */
  readonly slowness?: (second: number) => number
  readonly limit?: (second: number) => Limit | undefined
  /** Requests that it can start a second; what comes faster waits. */
  readonly capacity?: (second: number) => number
  /** When it is of no use at all: what is sent to it then is counted as sent to the dead. */
  readonly dead?: readonly Window[]
}

/** One incident. */
export interface Scenario {
  readonly id: string
  readonly title: string
  /** How long requests arrive, in seconds. */
  readonly seconds: number
  readonly deadlineMs: number
  /** All at once, instead of `RATE` a second. */
  readonly fanOut?: number
  readonly stream?: boolean
  /** So many different prompts, asked as often as Zipf says; otherwise each request has its own. */
  readonly prompts?: number
  readonly window: Window
  /** Independent clients that the requests are dealt to in turn. @default 1 */
  readonly clients?: number
  /** Do providers tell of their limits before they are hit? @default true */
  readonly limitHeaders?: boolean
  /** Tokens that a rejected request takes, instead of what the limit says. */
  readonly rejectCost?: number
  readonly providers: { readonly primary: Behaviour; readonly fallback?: Behaviour }
}

/** Logical requests a second (λ). */
export const RATE = 4
