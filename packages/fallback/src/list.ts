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
import { byCost, byLatency } from './order.ts'
import { Sessions } from './sticky.ts'

/** The list of a `fallback`, read once; nothing in it changes with a call, so that calls cannot meet in it. */
export interface List<Req, Res> {
  /** In the order of `order`, where that does not depend on the call. */
  readonly targets: readonly Target<Req, unknown>[]
  /** Pipelines are called directly, past the inner policies: they bring their own. */
  readonly handlers: ReadonlyMap<Target<Req, unknown>, Handler<Req, Res>>
  /** No entry runs on the pipeline's own provider, so that is a target too. */
  readonly ownProvider: boolean
  /** Some target says what it can do: what a request needs is worth knowing. */
  readonly declares: boolean
  /** After which faults a target may be tried. */
  kindsFor(id: string): readonly FaultKind[]
  /** Is there any target for this fault? */
  falls(kind: FaultKind): boolean
  /** Only for certain faults: never first. */
  isReserved(id: string): boolean
  /** The order is a function: asked once per call, since it may throw dice. */
  readonly perCall: boolean
  /** Which session is with which target, where calls have sessions. */
  readonly sessions: Sessions<Req> | undefined
  /** All targets of this call, best first. */
  inOrder(ctx: Context<Req>): readonly Target<Req, unknown>[]
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
  const given = read(entries)
  const ids = given.map(({ id }) => id)
  const { on, onlyOn, order, stickyBy, stickyMs } = resolveFallback(options, ids)
  const sessions = stickyBy && new Sessions(stickyBy, stickyMs)
  const reserved = new Map(Object.entries(onlyOn).map(([id, kinds]) => [id, [...kinds]]))

  const handlers = new Map<Target<Req, unknown>, Handler<Req, Res>>()
  for (const [index, entry] of entries.entries())
    if (isHandler(entry)) handlers.set(given[index]!, entry as unknown as Handler<Req, Res>)

  const ownProvider = given.every((target) => target.call !== undefined || handlers.has(target))
  if (!ownProvider && ids.every((id) => reserved.has(id)))
    fail('onlyOn names every target, so that none could be tried first')

  const targets = order === 'cost' ? byCost(given) : given
  const main = targets.find(({ id }) => !reserved.has(id))
  // Nobody knows what the pipeline's own provider costs: under 'cost' it comes last, as all without a price.
  const all = ({ target: own }: Context<Req>): readonly Target<Req, unknown>[] => {
    if (!ownProvider) return targets
    return order === 'cost' ? [...targets, own] : [own, ...targets]
  }
  const sorted = (ctx: Context<Req>): readonly Target<Req, unknown>[] => {
    if (order === 'latency') return byLatency(all(ctx), ctx.health)
    if (typeof order !== 'function') return all(ctx)
    const known = all(ctx)
    const chosen = order([...known], ctx)
    const stranger = chosen.find((target) => !known.includes(target))
    return stranger === undefined
      ? chosen
      : fail(`order returned '${stranger.id}', which it was not given`)
  }

  return {
    targets,
    handlers,
    ownProvider,
    declares: given.some(
      (target) => target.capabilities !== undefined || target.contextWindow !== undefined,
    ),
    kindsFor: (id) => reserved.get(id) ?? on,
    falls: (kind) =>
      on.includes(kind) || [...reserved.values()].some((kinds) => kinds.includes(kind)),
    isReserved: (id) => reserved.has(id),
    inOrder: (ctx) => sessions?.order(ctx, sorted(ctx)) ?? sorted(ctx),
    perCall: typeof order === 'function' || order === 'latency' || sessions !== undefined,
    sessions,
    first: (ctx) => (ownProvider && (order === 'listed' || main === undefined) ? ctx.target : main),
  }
}
