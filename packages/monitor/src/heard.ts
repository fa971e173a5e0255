import type { EventHeader, EventMap, Events, Fault } from '@holdfast/core'

/** What the policies tell, as far as it is read here: a monitor knows no policy package, only these shapes. */
interface PolicyEvents {
  'retry:scheduled': { readonly delayMs: number }
  'limit:queued': {}
  'limit:admitted': { readonly waitedMs: number }
  'limit:rejected': {}
  'fallback:taken': { readonly from: string; readonly to: string; readonly fault: Fault }
  'fallback:last-option': { readonly target: string }
  'circuit:opened': {
    readonly key: string
    readonly openMs: number
    readonly fault: Fault | undefined
  }
  'circuit:half-opened': { readonly key: string }
  'circuit:closed': { readonly key: string }
  'budget:debited': BudgetDebited
}

/** A cost budget was debited; by the policy of this package or by one of yours that says the same. */
export interface BudgetDebited {
  readonly key: string
  readonly spentUsd: number
  readonly limitUsd: number
  /** How long what was spent counts, in milliseconds. */
  readonly periodMs: number
}

/** Every event that a monitor hears, with what all events have. */
export type Heard = {
  [K in keyof (EventMap & PolicyEvents)]: EventHeader & (EventMap & PolicyEvents)[K]
}

/** What is done about each of some events. */
export type Hearing = { readonly [K in keyof Heard]?: (event: Heard[K]) => void }

/** Listens to all of them; the returned function stops. */
export const hear = (events: Events, hearing: Hearing): (() => void) => {
  const emitter = events as unknown as {
    on(type: string, listener: unknown): void
    off(type: string, listener: unknown): void
  }
  for (const [type, listener] of Object.entries(hearing)) emitter.on(type, listener)
  return () => {
    for (const [type, listener] of Object.entries(hearing)) emitter.off(type, listener)
  }
}

/** The end of a call, good or bad. */
export type Ended = EventHeader &
  EventMap['call:succeeded'] &
  Partial<Omit<EventMap['call:failed'], keyof EventMap['call:succeeded']>>
