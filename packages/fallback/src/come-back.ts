import { sleep, standIn } from '@holdfast/core'

import type { Listed } from './entry.ts'
import { endsCall } from './errors.ts'
import { ranked } from './order.ts'
import type { Failure, Run, Walk } from './run.ts'

/** How long targets that failed are waited for, in ms: the cap of the usual backoff. */
export const LONGEST_WAIT_MS = 60_000

/** Of an open circuit that says so, in ms: its probe is out, and may be back at any moment. */
const NEAR_MS = 1_000
/** How often such a circuit is asked at most, in ms. */
const KNOCK_MS = 100

/**
 * Once every target was tried, those that gave way get another turn with nobody left to give way to, so that a retry or
 * a limit inside waits for them. A hint is waited for here: the first request of a new turn would undercut it (T12).
 */
export const comeBack = async <Req, Res>(
  run: Run<Req, Res>,
  walk: Walk<Req, Res>,
): Promise<Listed<Req, Res> | undefined> => {
  const { list, ctx } = run
  const { failures } = walk
  const last = failures.at(-1)
  // Somebody outside knows a healthy target: that is better than waiting here.
  if (last === undefined || endsCall(list, last) || ctx.alternatives() > 0) return undefined
  const now = ctx.clock.now()
  const endsAt = (walk.endsAt ??= now + LONGEST_WAIT_MS)

  // With all circuits open it is for the breaker to say who waits; with an old answer in hand nobody need.
  const knocks =
    failures.some(({ fault }) => fault.kind !== 'circuit-open') && ctx.get(standIn) !== true
  const latest = new Map(failures.map((failure) => [failure.target, failure]))
  const soonest = ranked([...latest.values()], backAt).find((failure) => {
    const at = backAt(failure)
    return at <= endsAt && at < ctx.deadline && (mayServe(failure) || (knocks && isNear(failure)))
  })
  if (soonest === undefined) return undefined
  // Turned away at our own door, nothing was sent: that was no try. Otherwise it is a retry like any other.
  if (!soonest.fault.retryable) failures.splice(failures.indexOf(soonest), 1)
  else if (!ctx.call.retryBudget.withdraw(now)) return undefined
  // Whoever waits for a limit waits in its queue.
  if (soonest.fault.kind !== 'limited') await sleep(ctx, backAt(soonest) - now)
  return soonest.target
}

/** Would it have waited and tried again, had there been nobody else? */
const mayServe = <Req, Res>({ gaveWay, fault }: Failure<Req, Res>): boolean =>
  gaveWay && (fault.retryable || fault.kind === 'limited')

const isNear = <Req, Res>({
  fault: { kind, retryAfterMs = Infinity },
}: Failure<Req, Res>): boolean => kind === 'circuit-open' && retryAfterMs <= NEAR_MS

/** When it lets us come back, in monotonic ms. */
const backAt = <Req, Res>({ at, fault: { kind, retryAfterMs = 0 } }: Failure<Req, Res>): number =>
  at + (kind === 'circuit-open' ? Math.max(KNOCK_MS, retryAfterMs) : retryAfterMs)
