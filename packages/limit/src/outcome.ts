import { settled, type Context } from '@holdfast/core'

import { headersOf, readLimits } from './headers.ts'
import type { Lane, Ticket } from './lane.ts'
import { tokensUsed } from './tokens.ts'
import { whenOver } from './work.ts'

/** Faults that say that a target has more to do than it can. */
const OVERWHELMED: ReadonlySet<string> = new Set([
  'overloaded',
  'server',
  'timeout',
  'deadline-exceeded',
])

/** An answer is there, or has begun: what it says of limits is learned, and its place is given back when it is over. */
export const answered = (ctx: Context, lane: Lane, ticket: Ticket, response: unknown): void => {
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

/** A request failed: what that says of limits is learned, and its place is given back when its work is over. */
export const failed = (ctx: Context, lane: Lane, ticket: Ticket, error: unknown): void => {
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
