import { contextKey, type Context, type ContextKey } from '@holdfast/core'

import type { Lane, Ticket } from './lane.ts'

/** What is called when a call takes its place at a target, some ticks after it was let in. */
const ARRIVED: ContextKey<() => void> = contextKey('limit.arrived')
const PLACE: ContextKey<{ readonly lane: Lane; readonly ticket: Ticket }> =
  contextKey('limit.place')

/** Says what is to be called when the call takes its place. */
export const onArrival = (ctx: Context, arrived: () => void): void => ctx.set(ARRIVED, arrived)

/** To be called when a call has taken a place, or stands in the queue for one. */
export const arrive = (ctx: Context): void => ctx.get(ARRIVED)?.()

/** Says that what is inside runs in the place of this ticket. */
export const occupy = (ctx: Context, lane: Lane, ticket: Ticket): void =>
  ctx.set(PLACE, { lane, ticket })

/** The lane in which a pipeline outside has a place for this very work: who waited for another one would wait for itself. */
export const placeOf = (ctx: Context): Lane | undefined => {
  const place = ctx.get(PLACE)
  return place === undefined || place.ticket.ended ? undefined : place.lane
}
