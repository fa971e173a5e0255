import {
  callable,
  ConfigurationError,
  either,
  oneOf,
  optional,
  place,
  quote,
  resolveOptions,
  rule,
  standIn,
  type Context,
  type Next,
  type Universal,
} from '@holdfast/core'

import { onArrival } from './arrival.ts'
import { LimitedError, type LimitReason } from './errors.ts'
import { lanesOf, type Limits } from './limits.ts'
import { Line } from './line.ts'
import { patienceOf, stand, type Patience } from './wait.ts'

/** Somebody is waiting for it, or nobody is. */
export type Priority = 'interactive' | 'batch'

export interface AdmitOptions {
  /** Where a call may go: the list that `fallback` is given. @default the pipeline's own provider */
  readonly targets?: readonly { readonly id: string }[] | undefined
  /** Interactive calls go before batch calls. @default 'interactive' */
  readonly priority?: Priority | ((ctx: Context) => Priority)
}

type AdmitSettings = Required<Pick<AdmitOptions, 'priority'>> & Pick<AdmitOptions, 'targets'>

const isTarget = (value: unknown): boolean =>
  typeof (value as { id?: unknown } | null | undefined)?.id === 'string'

const RULES = {
  targets: optional(
    rule(
      'a list of targets with an id',
      (value) => Array.isArray(value) && value.length > 0 && value.every(isTarget),
    ),
  ),
  priority: either(oneOf('interactive', 'batch'), callable),
}

/** What applies where an option is not given. */
export const ADMIT_DEFAULTS: { readonly priority: Priority } = { priority: 'interactive' }

/**
 * One queue for the calls of a route: a call is let in when any of its targets can take it, the earliest deadline
 * first. Nothing is refused because one target is full while another is idle, and what cannot finish in time is not
 * started.
 *
 * @throws ConfigurationError for an option that cannot be
 */
export const admit = (limits: Limits, options?: AdmitOptions): Universal<'admit', 4> => {
  const lanes = lanesOf(limits)
  if (lanes === undefined)
    throw new ConfigurationError(
      `admit: it must be given what limits() returned, got ${quote(limits)}`,
    )
  const { targets, priority } = resolveOptions<AdmitSettings>(
    'admit',
    options,
    ADMIT_DEFAULTS,
    RULES,
  )
  const listed = targets === undefined ? undefined : new Line(targets.map(({ id }) => id))
  const ownLines = new Map<string, Line>()

  const lineOf = ({ target: { id } }: Context): Line => {
    if (listed !== undefined) return listed
    let line = ownLines.get(id)
    if (line === undefined) {
      if (ownLines.size >= lanes.settings.maxKeys) forgetEmpty(ownLines)
      ownLines.set(id, (line = new Line([id])))
    }
    return line
  }
  const rankOf = (ctx: Context): number =>
    (typeof priority === 'function' ? priority(ctx) : priority) === 'batch' ? 1 : 0

  /** How long a call may wait that came at `since`; or why it need not. */
  const patienceFor = (
    ctx: Context,
    { ids, queue }: Line,
    since: number,
  ): Patience | LimitReason => {
    const { maxQueued, maxWaitMs } = lanes.settings
    if (queue.size >= maxQueued) return 'queue-full'
    if (ctx.get(standIn) === true && ids.every((id) => isDown(ctx, id))) return 'stand-in'
    const now = ctx.clock.now()
    const leftMs = Math.max(0, maxWaitMs - (now - since))
    const patience = patienceOf(ctx, now, lanes.expectedMs(ids), leftMs)
    return lanes.readyAt(ids, ctx.health, now) > now + patience.ms ? patience.reason : patience
  }

  const refusal = (ctx: Context, { ids }: Line, reason: LimitReason): LimitedError => {
    const now = ctx.clock.now()
    const waitMs = Math.ceil(lanes.readyAt(ids, ctx.health, now) - now)
    const retryAfterMs = waitMs > 0 && waitMs < Infinity ? waitMs : undefined
    ctx.emit('limit:rejected', { key: ctx.route, reason, retryAfterMs })
    return new LimitedError(ctx.route, reason, retryAfterMs)
  }

  const wait = <Res>(
    ctx: Context,
    line: Line,
    patience: Patience,
    next: () => Promise<Res>,
  ): Promise<Res> => {
    const key = ctx.route
    const now = ctx.clock.now()
    ctx.emit('limit:queued', { key, waiting: line.queue.size + 1 })
    const turn = stand<void, Res>(line.queue, ctx, {
      priority: rankOf(ctx),
      cost: 0,
      patienceMs: patience.ms,
      gaveUp: () => refusal(ctx, line, patience.reason),
      left: () => line.left(),
      go() {
        ctx.emit('limit:admitted', { key, waitedMs: ctx.clock.now() - now })
        const arrived = line.letIn(ctx)
        onArrival(ctx, arrived)
        const answer = next()
        answer.then(arrived, arrived)
        return answer
      },
    })
    line.pump(ctx)
    return turn
  }

  return place(
    { name: 'admit', floor: 'admit' },
    <Req, Res>(given: Context<Req>, next: Next<Req, Res>): Promise<Res> => {
      // What flows does not matter here, so that one queue can be shared by pipelines of any type.
      const ctx = given as unknown as Context
      const line = lineOf(ctx)
      let since: number | undefined

      const enter = (): Promise<Res> => {
        since ??= ctx.clock.now()
        const patience = patienceFor(ctx, line, since)
        return typeof patience === 'string'
          ? Promise.reject(refusal(ctx, line, patience))
          : wait(ctx, line, patience, next).then(undefined, turnedAway)
      }
      /** Every target was gone when it got there: nothing was sent, so that it may wait for the next to come back. */
      const turnedAway = (error: unknown): Promise<Res> => {
        since ??= ctx.call.at
        const waits =
          ctx.classify(error).kind === 'circuit-open' &&
          // Were one ready, it would be turned away again at once, and for ever.
          !line.hasRoom(ctx) &&
          typeof patienceFor(ctx, line, since) !== 'string'
        if (waits) return enter()
        // The very thing that was thrown (T28).
        throw error
      }
      return line.isOpen(ctx) ? next().then(undefined, turnedAway) : enter()
    },
  )
}

/** Not full for now but out of order. */
const isDown = ({ health }: Context, id: string): boolean =>
  ['open', 'banned'].includes(health.of(id).state)

const forgetEmpty = (lines: Map<string, Line>): void => {
  for (const [id, line] of lines) if (line.isEmpty) lines.delete(id)
}
