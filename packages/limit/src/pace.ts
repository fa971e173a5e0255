import { place, settled, type Context, type Next, type Universal } from '@holdfast/core'

import { arrive, occupy, placeOf } from './arrival.ts'
import { headersOf, readLimits } from './headers.ts'
import type { Lane, Ticket } from './lane.ts'
import { lanesOf, type Limits } from './limits.ts'
import type { LimitsSettings } from './options.ts'
import { costOf, tokensUsed } from './tokens.ts'
import { patienceOf, refuse, stand } from './wait.ts'
import { whenOver } from './work.ts'

/** Those who try again, or come without a queue in front, are first come, first served by deadline. */
const PRIORITY = 0
/** Who runs within one that has a place goes first: that place is not free before it is done. */
const PRIORITY_INSIDE = -1

/** Faults that say that a target has more to do than it can. */
const OVERWHELMED: ReadonlySet<string> = new Set([
  'overloaded',
  'server',
  'timeout',
  'deadline-exceeded',
])

/**
 * Keeps to the limits of the key that a request goes to: it waits for its turn, or, where another target is free,
 * gives way to it at once with `LimitedError`. What answers and errors say of the limits is learned here.
 *
 * @throws ConfigurationError when it is not given what `limits()` returned
 */
export const pace = (limits: Limits): Universal<'pace', 10> => {
  const lanes = lanesOf('pace', limits)
  return place(
    { name: 'pace', floor: 'pace' },
    <Req, Res>(given: Context<Req>, next: Next<Req, Res>) => {
      // What flows does not matter here, so that limits can be shared by pipelines of any type.
      const ctx = given as unknown as Context
      const lane = lanes.laneOf(ctx)
      const now = ctx.clock.now()
      if (ctx.health.of(ctx.target.id).state === 'open') lane.window.restart()
      const cost = costIn(lane, ctx, lanes.settings)
      return lane.waiting.size === 0 && lane.waitMs(cost, now) === 0
        ? send(ctx, next, lane, lane.take(cost, now))
        : queued(ctx, next, lane, cost, now, lanes.settings)
    },
  )
}

/** An estimate is made only where tokens are limited. */
const costIn = ({ allowance }: Lane, ctx: Context, { estimateTokens }: LimitsSettings): number =>
  allowance.tokens.limited ? costOf(ctx, estimateTokens) : 0

const queued = <Req, Res>(
  ctx: Context,
  next: Next<Req, Res>,
  lane: Lane,
  known: number,
  now: number,
  settings: LimitsSettings,
): Promise<Res> => {
  const { key, waiting } = lane
  const { maxQueued, maxWaitMs } = settings
  let reserved = known
  // That tokens are limited may be told while it waits.
  const cost = (): number => (reserved ||= costIn(lane, ctx, settings))
  const isInside = placeOf(ctx) === lane
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
    go: (ticket) => send(ctx, next, lane, ticket),
  })
  lane.changed(ctx.clock)
  arrive(ctx)
  return turn
}

const send = <Req, Res>(
  ctx: Context,
  next: Next<Req, Res>,
  lane: Lane,
  ticket: Ticket,
): Promise<Res> => {
  if (lane.hasSlots) occupy(ctx, lane, ticket)
  const sent = next()
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

const answered = (ctx: Context, lane: Lane, ticket: Ticket, response: unknown): void => {
  const { allowance, window } = lane
  const headers = headersOf(response)
  const notes = headers === undefined ? undefined : readLimits(headers)
  window.succeeded(ctx.call.at - ticket.at, lane.inFlight)
  if (notes !== undefined) window.open()
  // Nothing is known of limits, as of most local models: nothing to keep books on, and no clock to read for them. The time
  // of the record would not do: it may be a tick old, and what was filled since would be filled again.
  if (notes !== undefined || allowance.limited)
    allowance.answered(ticket, notes, headers !== undefined, ctx.clock.now(), ctx.random())
  const tail = settled(response)
  if (tail === undefined) return finish(ctx, lane, ticket, response)
  const end = (): void => finish(ctx, lane, ticket, response)
  tail.then(end, end)
}

const finish = (ctx: Context, lane: Lane, ticket: Ticket, response: unknown): void => {
  // Who had nothing reserved has nothing to settle; the provider's own count has it.
  const used = ticket.cost > 0 ? tokensUsed(ctx, response) : undefined
  if (used !== undefined) lane.allowance.used(ticket, used)
  over(ctx, lane, ticket)
}

const over = (ctx: Context, lane: Lane, ticket: Ticket): void => {
  lane.end(ticket)
  if (!lane.plain) lane.changed(ctx.clock)
}

const failed = (ctx: Context, lane: Lane, ticket: Ticket, error: unknown): void => {
  const { allowance, window } = lane
  const { kind, retryAfterMs } = ctx.classify(error)
  const now = ctx.clock.now()
  const notes = readLimits(headersOf(error))
  if (notes !== undefined) window.open()
  if (kind === 'rate-limited') {
    const pauseMs = allowance.rejected(ticket, notes, retryAfterMs, now, ctx.random())
    ctx.emit('limit:paused', { key: lane.key, pauseMs })
  } else if (notes !== undefined) allowance.learn(notes, now, ticket)
  else if (OVERWHELMED.has(kind)) window.failed(now - ticket.at)
  whenOver(ctx, error, () => over(ctx, lane, ticket))
}
