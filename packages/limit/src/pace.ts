import { place, type Context, type Next, type Universal } from '@holdfast/core'

import { arrive, occupy, placeOf } from './arrival.ts'
import type { Lane, Ticket } from './lane.ts'
import { lanesOf, type Limits } from './limits.ts'
import type { LimitsSettings } from './options.ts'
import { answered, failed } from './outcome.ts'
import { costOf } from './tokens.ts'
import { patienceOf, refuse, stand } from './wait.ts'

/** Those who try again, or come without a queue in front, are first come, first served by deadline. */
const PRIORITY = 0
/** Who runs within one that has a place goes first: that place is not free before it is done. */
const PRIORITY_INSIDE = -1

/** One `pace`; its identity tells a place of its own from one of a pipeline outside. */
interface Pacer {
  readonly settings: LimitsSettings
}

/**
 * Keeps to the limits of the key that a request goes to: it waits for its turn, or, where another target is free,
 * gives way to it at once with `LimitedError`. What answers and errors say of the limits is learned here.
 *
 * @throws ConfigurationError when it is not given what `limits()` returned
 */
export const pace = (limits: Limits): Universal<'pace', 10> => {
  const lanes = lanesOf('pace', limits)
  const pacer: Pacer = { settings: lanes.settings }
  return place(
    { name: 'pace', floor: 'pace', direct: true },
    <Req, Res>(given: Context<Req>, inner: Next<Req, Res>) => {
      // What flows does not matter here, so that limits can be shared by pipelines of any type.
      const ctx = given as unknown as Context
      const next = inner as Next<unknown, Res>
      const lane = lanes.laneOf(ctx)
      const now = ctx.clock.now()
      if (ctx.health.of(ctx.target.id).state === 'open') lane.window.restart()
      const cost = costIn(lane, ctx, lanes.settings)
      return lane.waiting.size === 0 && lane.waitMs(cost, now) === 0
        ? send(ctx, next, lane, lane.take(cost, now), pacer)
        : queued(ctx, next, lane, cost, now, pacer)
    },
  )
}

/** An estimate is made only where tokens are limited. */
const costIn = ({ allowance }: Lane, ctx: Context, { estimateTokens }: LimitsSettings): number =>
  allowance.tokens.limited ? costOf(ctx, estimateTokens) : 0

const queued = <Res>(
  ctx: Context,
  next: Next<unknown, Res>,
  lane: Lane,
  known: number,
  now: number,
  pacer: Pacer,
): Promise<Res> => {
  const { key, waiting } = lane
  const { maxQueued, maxWaitMs } = pacer.settings
  let reserved = known
  // That tokens are limited may be told while it waits.
  const cost = (): number => (reserved ||= costIn(lane, ctx, pacer.settings))
  const isInside = placeOf(ctx, pacer) === lane
  const waitMs = lane.waitMs(known, now, isInside)
  // Failover before waiting: somebody else can take it now.
  if (ctx.alternatives() > 0) return Promise.reject(refuse(ctx, key, 'busy', waitMs))
  if (waiting.size >= maxQueued) return Promise.reject(refuse(ctx, key, 'queue-full', waitMs))
  const patience = patienceOf(ctx, now, lane.window.expectedMs, maxWaitMs)
  if (waitMs < Infinity && waitMs > patience.ms)
    return Promise.reject(refuse(ctx, key, patience.reason, waitMs))
  const turn = stand<Ticket, Res>(waiting, ctx, {
    key,
    priority: isInside ? PRIORITY_INSIDE : PRIORITY,
    cost,
    isInside,
    patience,
    waitMs: () => lane.waitMs(cost(), ctx.clock.now(), isInside),
    left: () => lane.changed(ctx.clock),
    go: (ticket) => send(ctx, next, lane, ticket, pacer),
  })
  lane.changed(ctx.clock)
  arrive(ctx)
  return turn
}

const send = <Res>(
  ctx: Context,
  next: Next<unknown, Res>,
  lane: Lane,
  ticket: Ticket,
  pacer: Pacer,
): Promise<Res> => {
  if (lane.hasSlots) occupy(ctx, { lane, ticket, by: pacer })
  const sent = next(ctx)
  if (!lane.plain) lane.changed(ctx.clock)
  // Not before the place is known to be taken: the next one would be let in for the same.
  arrive(ctx)
  return sent.then(
    (response) => {
      answered(ctx, lane, ticket, response)
      return response
    },
    (error: unknown) => {
      failed(ctx, lane, ticket, error)
      throw error
    },
  )
}
