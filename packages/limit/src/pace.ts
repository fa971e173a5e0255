import {
  ConfigurationError,
  liveOf,
  place,
  quote,
  settled,
  type Context,
  type Next,
  type Universal,
} from '@holdfast/core'

import type { Ticket } from './allowance.ts'
import { arrive } from './arrival.ts'
import { LimitedError, type LimitReason } from './errors.ts'
import { headersOf, readLimits } from './headers.ts'
import type { Lane } from './lane.ts'
import { lanesOf, type Limits } from './limits.ts'
import type { LimitsSettings } from './options.ts'
import { estimateTokens, tokensUsed } from './tokens.ts'
import { patienceOf, stand } from './wait.ts'
import { whenOver } from './work.ts'

/** Those who try again, or come without a queue in front, are first come, first served by deadline. */
const PRIORITY = 0

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
  const lanes = lanesOf(limits)
  if (lanes === undefined)
    throw new ConfigurationError(
      `pace: it must be given what limits() returned, got ${quote(limits)}`,
    )

  return place(
    { name: 'pace', floor: 'pace' },
    <Req, Res>(given: Context<Req>, next: Next<Req, Res>) => {
      // What flows does not matter here, so that limits can be shared by pipelines of any type.
      const ctx = given as unknown as Context
      const lane = lanes.laneOf(ctx)
      const now = ctx.clock.now()
      if (ctx.health.of(ctx.target.id).state === 'open') lane.window.restart()
      const cost = lane.allowance.tokens.limited
        ? (lanes.settings.estimateTokens ?? estimateTokens)(ctx.request, ctx)
        : 0
      const go = (ticket: Ticket): Promise<Res> => send(ctx, next, lane, ticket)
      if (lane.waiting.size === 0 && lane.waitMs(cost, now) === 0) return go(lane.take(cost, now))
      return queued(ctx, lanes.settings, lane, cost, now, go)
    },
  )
}

const queued = <Res>(
  ctx: Context,
  settings: LimitsSettings,
  lane: Lane,
  cost: number,
  now: number,
  go: (ticket: Ticket) => Promise<Res>,
): Promise<Res> => {
  const { key, waiting } = lane
  const waitMs = lane.waitMs(cost, now)
  const refusal = (reason: LimitReason): LimitedError => {
    const retryAfterMs = waitMs < Infinity ? Math.ceil(waitMs) : undefined
    ctx.emit('limit:rejected', { key, reason, retryAfterMs })
    return new LimitedError(key, reason, retryAfterMs)
  }
  // Failover before waiting: somebody else can take it now.
  if (ctx.alternatives() > 0) return Promise.reject(refusal('busy'))
  if (waiting.size >= settings.maxQueued) return Promise.reject(refusal('queue-full'))
  const patience = patienceOf(ctx, now, lane.window.expectedMs, settings.maxWaitMs)
  if (waitMs < Infinity && waitMs > patience.ms) return Promise.reject(refusal(patience.reason))
  ctx.emit('limit:queued', { key, waiting: waiting.size + 1 })
  const turn = stand<Ticket, Res>(waiting, ctx, {
    priority: PRIORITY,
    cost,
    patienceMs: patience.ms,
    gaveUp: () => refusal(patience.reason),
    left: () => lane.changed(ctx.clock),
    go(ticket) {
      ctx.emit('limit:admitted', { key, waitedMs: ctx.clock.now() - now })
      return go(ticket)
    },
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
  const over = (): void => {
    lane.end(ticket)
    if (!lane.plain) lane.changed(ctx.clock)
  }
  const finish = (used: number | undefined): void => {
    if (used !== undefined) lane.allowance.used(ticket, used)
    over()
  }
  const sent = next()
  if (!lane.plain) lane.changed(ctx.clock)
  // Not before the place is known to be taken: the next one would be let in for the same.
  arrive(ctx)
  return sent.then(
    (response) => {
      answered(ctx, lane, ticket, response)
      const tail = settled(response)
      if (tail === undefined) finish(tokensUsed(ctx, response))
      else {
        const end = (): void => finish(tokensOfStream(response))
        tail.then(end, end)
      }
      return response
    },
    (error: unknown) => {
      failed(ctx, lane, ticket, error)
      whenOver(ctx, error, over)
      throw error
    },
  )
}

const answered = (ctx: Context, lane: Lane, ticket: Ticket, response: unknown): void => {
  const headers = headersOf(response)
  const notes = headers === undefined ? undefined : readLimits(headers, ctx.clock.wall())
  const { at } = ctx.call
  lane.window.succeeded(at - ticket.at, lane.inFlight)
  if (notes !== undefined) lane.window.open()
  // Nothing is known of limits, as of most local models: nothing to keep books on.
  if (notes === undefined && !lane.allowance.limited) return
  lane.allowance.answered(ticket, notes, headers !== undefined, at, ctx.random())
}

const failed = (ctx: Context, lane: Lane, ticket: Ticket, error: unknown): void => {
  const { kind, retryAfterMs } = ctx.classify(error)
  const now = ctx.clock.now()
  const notes = readLimits(headersOf(error), ctx.clock.wall())
  if (notes !== undefined) lane.window.open()
  if (kind === 'rate-limited') {
    const pauseMs = lane.allowance.rejected(ticket, notes, retryAfterMs, now, ctx.random())
    ctx.emit('limit:paused', { key: lane.key, pauseMs })
  } else if (notes !== undefined) lane.allowance.learn(notes, now, ticket)
  else if (OVERWHELMED.has(kind)) lane.window.failed(now - ticket.at)
}

const tokensOfStream = (response: unknown): number | undefined => {
  const usage = liveOf(response)?.seen.usage
  return usage === undefined || usage.source === 'none'
    ? undefined
    : usage.inputTokens + usage.outputTokens
}
