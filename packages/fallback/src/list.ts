import {
  ConfigurationError,
  isHandler,
  quote,
  type Context,
  type FaultKind,
  type Handler,
  type Target,
} from '@holdfast/core'

import { targetOf } from './entry.ts'
import { resolveFallback, type FallbackEntry, type FallbackOptions } from './options.ts'
import { blendedPrice, ranked } from './order.ts'
import { Sessions } from './sticky.ts'

/** The list of a `fallback`, read once; nothing in it changes with a call, so that calls cannot meet in it. */
export interface List<Req, Res> {
  /** As they were given. */
  readonly targets: readonly Target<Req, unknown>[]
  /** Pipelines are called directly, past the inner policies: they bring their own. */
  readonly handlers: ReadonlyMap<Target<Req, unknown>, Handler<Req, Res>>
  /** No entry runs on the pipeline's own provider, so that is a target too. */
  readonly ownProvider: boolean
  /** Some target says what it can do: what a request needs is worth knowing. */
  readonly declares: boolean
  /** The order is by latency, which must be learned. */
  readonly learns: boolean
  /** Which session is with which target, where calls have sessions. */
  readonly sessions: Sessions<Req> | undefined
  /** The order depends on the call: asked once for each, since a function may throw dice. */
  readonly perCall: boolean
  /** After which faults a target may be tried. */
  kindsFor(id: string): readonly FaultKind[]
  /** Is there any target for this fault? */
  falls(kind: FaultKind): boolean
  /** Only for certain faults: never first. */
  isReserved(id: string): boolean
  /** When a target may be tried, in monotonic ms; -Infinity for at once. */
  readyAt(ctx: Context<Req>, target: Target<Req, unknown>, now: number): number
  /** All targets of this call, best first; the one that its session is with before all others. */
  inOrder(ctx: Context<Req>, session: string | undefined): readonly Target<Req, unknown>[]
  /** The one to begin with when the order does not depend on the call; builds no list. */
  first(ctx: Context<Req>): Target<Req, unknown> | undefined
}

const fail = (sentence: string): never => {
  throw new ConfigurationError(`fallback: ${sentence}`)
}

const read = <Req, Res>(entries: readonly FallbackEntry<Req, Res>[]): Target<Req, unknown>[] => {
  if (!Array.isArray(entries) || entries.length === 0)
    return fail(`targets must be a list with at least one entry, got ${quote(entries)}`)
  const targets = entries.map((entry: FallbackEntry<Req, Res>, index) => targetOf(entry, index))
  const ids = targets.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  return twice === undefined
    ? targets
    : fail(`two entries have the id '${twice}': breakers and health are kept per id`)
}

/** @throws ConfigurationError with a sentence for an entry or option that cannot be */
export const listOf = <Req, Res>(
  entries: readonly FallbackEntry<Req, Res>[],
  options: FallbackOptions<Req> | undefined,
): List<Req, Res> => {
  const targets = read(entries)
  const ids = targets.map(({ id }) => id)
  const { on, onlyOn, order, stickyBy, stickyMs } = resolveFallback(options, ids)
  const sessions = stickyBy && new Sessions(stickyBy, stickyMs)
  const reserved = new Map(Object.entries(onlyOn).map(([id, kinds]) => [id, [...kinds]]))
  const isReserved = (id: string): boolean => reserved.has(id)

  const handlers = new Map<Target<Req, unknown>, Handler<Req, Res>>()
  for (const [index, entry] of entries.entries())
    if (isHandler(entry)) handlers.set(targets[index]!, entry as unknown as Handler<Req, Res>)

  const ownProvider = targets.every((target) => target.call !== undefined || handlers.has(target))
  if (!ownProvider && ids.every(isReserved))
    fail('onlyOn names every target, so that none could be tried first')

  const byPrice = order === 'cost'
  const price = (target: Target<Req, unknown>): number => blendedPrice(target.price)
  const main = (byPrice ? ranked(targets, price) : targets).find(({ id }) => !isReserved(id))
  // Nobody knows what the pipeline's own provider costs: under 'cost' it stands with those without a price.
  const ownIsFirst = ownProvider && (!byPrice || main?.price === undefined)

  const sorted = (ctx: Context<Req>): readonly Target<Req, unknown>[] => {
    const all = ownProvider ? [ctx.target, ...targets] : targets
    if (byPrice) return ranked(all, price)
    // Unknown ones before all others, or they would stay unknown.
    if (order === 'latency')
      return ranked(all, ({ id }) => ctx.health.of(id).p95FirstContentMs ?? 0)
    return typeof order === 'function' ? chosen(order([...all], ctx), all) : all
  }
  const readyAt: List<Req, Res>['readyAt'] = ({ health }, target, now) => {
    // A pipeline in the list has breakers of its own: it answers for itself.
    if (handlers.has(target) || health.isReady(target.id, now)) return -Infinity
    const { until, capacity, capacityAt } = health.of(target.id)
    return capacity > 0 ? until : Math.max(until, capacityAt)
  }

  return {
    targets,
    handlers,
    ownProvider,
    declares: targets.some(
      (target) => target.capabilities !== undefined || target.contextWindow !== undefined,
    ),
    learns: order === 'latency',
    sessions,
    perCall: typeof order === 'function' || order === 'latency' || sessions !== undefined,
    kindsFor: (id) => reserved.get(id) ?? on,
    falls: (kind) =>
      on.includes(kind) || [...reserved.values()].some((kinds) => kinds.includes(kind)),
    isReserved,
    readyAt,
    inOrder(ctx, session) {
      const all = sorted(ctx)
      if (session === undefined) return all
      const now = ctx.clock.now()
      const stay = sessions?.targetOf(session, now)
      return ranked(all, (target) =>
        target.id === stay && readyAt(ctx, target, now) === -Infinity ? 0 : 1,
      )
    },
    first: (ctx) => (ownIsFirst ? ctx.target : main),
  }
}

/** What an order of the user's made of the targets. */
const chosen = <T extends { readonly id: string }>(
  given: readonly T[],
  known: readonly T[],
): readonly T[] => {
  if (!Array.isArray(given)) return fail(`order must return a list of targets, got ${quote(given)}`)
  const stranger = given.find((target: T) => !known.includes(target))
  return stranger === undefined
    ? given
    : fail(`order returned ${quote(stranger?.id)}, which it was not given`)
}
