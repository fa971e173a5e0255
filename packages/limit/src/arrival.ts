import { contextKey, type Context, type ContextKey } from '@holdfast/core'

const ARRIVED: ContextKey<() => void> = contextKey('limit.arrived')

/** Says what is to be called when the call takes its place at a target, some ticks after it was let in. */
export const onArrival = (ctx: Context, arrived: () => void): void => ctx.set(ARRIVED, arrived)

/** To be called when a call has taken a place, or stands in the queue for one. */
export const arrive = (ctx: Context): void => ctx.get(ARRIVED)?.()
