import { PerKey, place, standIn, type Context, type Next, type Universal } from '@holdfast/core'

import { onArrival, placeOf } from './arrival.ts'
import type { LimitedError, LimitReason } from './errors.ts'
import { lanesOf, type Limits } from './limits.ts'
import { Line } from './line.ts'
import { admitSettingsOf, type AdmitOptions } from './options.ts'
import { patienceOf, refuse, stand, type Patience } from './wait.ts'

/**
 * One queue for the calls of a route: a call is let in when any of its targets can take it, the earliest deadline
 * first. Nothing is refused because one target is full while another is idle, and what cannot finish in time is not
 * started.
 *
 * @throws ConfigurationError for an option that cannot be
 */
export const admit = (limits: Limits, options?: AdmitOptions): Universal<'admit', 4> => {
  const lanes = lanesOf('admit', limits)
  const { targets, priority } = admitSettingsOf(options)
  const { maxKeys, maxQueued, maxWaitMs } = lanes.settings
  const listed = targets && new Line(targets.map(({ id }) => id))
  const ownLines = new PerKey<Line>(
    maxKeys,
    (id) => new Line([id]),
    (line) => line.isEmpty,
  )
  const lineOf = ({ target: { id } }: Context): Line => listed ?? ownLines.of(id)
  const rankOf = (ctx: Context): number =>
    (typeof priority === 'function' ? priority(ctx) : priority) === 'batch' ? 1 : 0

  /** How long a call may wait that came at `since`; or why it need not. */
  const patienceFor = (ctx: Context, line: Line, since: number): Patience | LimitReason => {
    const { ids, queue } = line
    if (queue.size >= maxQueued) return 'queue-full'
    if (ctx.get(standIn) === true && ids.every((id) => isDown(ctx, id))) return 'stand-in'
    const now = ctx.clock.now()
    const leftMs = Math.max(0, maxWaitMs - (now - since))
    const patience = patienceOf(ctx, now, lanes.expectedMs(ids), leftMs)
    return waitMs(ctx, line) > patience.ms ? patience.reason : patience
  }
  const waitMs = ({ health, clock }: Context, { ids }: Line): number => {
    const now = clock.now()
    return lanes.readyAt(ids, health, now) - now
  }

  const refusal = (ctx: Context, line: Line, reason: LimitReason): LimitedError =>
    refuse(ctx, ctx.route, reason, waitMs(ctx, line))

  const enter = <Res>(
    ctx: Context,
    next: Next<unknown, Res>,
    line: Line,
    since: number,
  ): Promise<Res> => {
    const patience = patienceFor(ctx, line, since)
    if (typeof patience === 'string') return Promise.reject(refusal(ctx, line, patience))
    const turn = stand<void, Res>(line.queue, ctx, {
      key: ctx.route,
      priority: rankOf(ctx),
      cost: () => 0,
      isInside: false,
      patience,
      waitMs: () => waitMs(ctx, line),
      left: () => line.left(),
      go() {
        const arrived = line.letIn(ctx)
        onArrival(ctx, arrived)
        const answer = next(ctx)
        answer.then(arrived, arrived)
        return answer
      },
    })
    line.pump(ctx)
    return orAgain(turn, ctx, next, line, since)
  }

  /** Every target was gone when it got there: nothing was sent, so that it may wait for the next to come back. */
  const orAgain = <Res>(
    answer: Promise<Res>,
    ctx: Context,
    next: Next<unknown, Res>,
    line: Line,
    since?: number,
  ): Promise<Res> =>
    answer.then(undefined, (error: unknown) => {
      const from = since ?? ctx.call.at
      const waits =
        ctx.classify(error).kind === 'circuit-open' &&
        // Were one ready, it would be turned away again at once, and for ever.
        !line.hasRoom(ctx) &&
        typeof patienceFor(ctx, line, from) !== 'string'
      // The very thing that was thrown (T28).
      if (!waits) throw error
      return enter(ctx, next, line, from)
    })

  return place(
    { name: 'admit', floor: 'admit', direct: true },
    <Req, Res>(given: Context<Req>, inner: Next<Req, Res>): Promise<Res> => {
      // What flows does not matter here, so that one queue can be shared by pipelines of any type.
      const ctx = given as unknown as Context
      const next = inner as Next<unknown, Res>
      const line = lineOf(ctx)
      // Who has a place already, in a pipeline outside, would wait for itself.
      return line.isOpen(ctx) || lanes.has(placeOf(ctx))
        ? orAgain(next(ctx), ctx, next, line)
        : enter(ctx, next, line, ctx.clock.now())
    },
  )
}

/** Not full for now but out of order. */
const isDown = ({ health }: Context, id: string): boolean =>
  ['open', 'banned'].includes(health.of(id).state)
