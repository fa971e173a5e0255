import { contextKey, type Context, type ContextKey } from '@holdfast/core'

import type { Lane, Ticket } from './lane.ts'

/** What is called when a call takes its place at a target, some ticks after it was let in. */
const ARRIVED: ContextKey<() => void> = contextKey('limit.arrived')
interface Place {
  readonly lane: Lane
  readonly ticket: Ticket
  /** The `pace` that gave it: what it finds of its own is of an earlier try, not of a pipeline outside. */
  readonly by: object
}
const PLACE: ContextKey<Place> = contextKey('limit.place')

/** Says what is to be called when the call takes its place. */
export const onArrival = (ctx: Context, arrived: () => void): void => ctx.set(ARRIVED, arrived)

/** To be called when a call has taken a place, or stands in the queue for one. */
export const arrive = (ctx: Context): void => ctx.get(ARRIVED)?.()

/** Says that what is inside runs in this place. */
export const occupy = (ctx: Context, place: Place): void => ctx.set(PLACE, place)

/** The lane in which a pipeline outside has a place for this very work: who waited for another one would wait for itself. */
export const placeOf = (ctx: Context, self?: object): Lane | undefined => {
  const place = ctx.get(PLACE)
  return place === undefined || place.ticket.ended || place.by === self ? undefined : place.lane
}
