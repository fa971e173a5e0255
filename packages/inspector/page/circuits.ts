import type { Moment } from '../src/seen.ts'

/** A part of the time in which a circuit was not closed. Milliseconds since 1970. */
export interface Span {
  readonly state: 'open' | 'half-open'
  readonly from: number
  readonly to: number
}

const STATES: Readonly<Record<string, Span['state'] | 'closed'>> = {
  'circuit:opened': 'open',
  'circuit:half-opened': 'half-open',
  'circuit:closed': 'closed',
}

/** When the circuit of `key` was not closed, until `to`. */
export const spansOf = (moments: readonly Moment[], key: string, to: number): readonly Span[] => {
  const changes = moments.flatMap((moment) => {
    const state = moment.key === key ? STATES[moment.type] : undefined
    return state === undefined ? [] : [{ state, at: moment.at }]
  })
  return changes.flatMap(({ state, at }, index) =>
    state === 'closed' ? [] : [{ state, from: at, to: changes[index + 1]?.at ?? to }],
  )
}
