import { quote, type Context, type FaultKind } from '@holdfast/core'

import { read, type Listed } from './entry.ts'
import { fail, resolveFallback, type FallbackEntry, type FallbackOptions } from './options.ts'
import { blendedPrice, ranked } from './order.ts'
import { Sessions } from './sticky.ts'

/** The list of a `fallback`, read once; nothing in it changes with a call, so that calls cannot meet in it. */
export interface List<Req, Res> {
  /** As they were given. */
  readonly targets: readonly Listed<Req, Res>[]
  /** No entry runs on the pipeline's own provider, so that is a target too. */
  readonly ownProvider: boolean
  /** Some target says what it can do: what a request needs is worth knowing. */
  readonly declares: boolean
  /** The order is by latency, which must be learned. */
  readonly learns: boolean
  /** Which session is with which target, where calls have sessions. */
  readonly sessions: Sessions<Req> | undefined
  /** After which faults a target may be tried. */
  kindsFor(id: string): readonly FaultKind[]
  /** Is there any target for this fault? */
  falls(kind: FaultKind): boolean
  /** Only for certain faults: never first. */
  isReserved(id: string): boolean
  /** When a target may be tried, in monotonic ms; -Infinity for at once. */
  readyAt(ctx: Context<Req>, target: Listed<Req, Res>, now: number): number
  /** All targets of this call, best first; the one that its session is with before all others. */
  inOrder(ctx: Context<Req>, session: string | undefined): readonly Listed<Req, Res>[]
}

/** @throws ConfigurationError with a sentence for an entry or option that cannot be */
export const listOf = <Req, Res>(
  entries: readonly FallbackEntry<Req, Res>[],
  options: FallbackOptions<Req> | undefined,
): List<Req, Res> => {
  if (!Array.isArray(entries) || entries.length === 0)
    return fail(`targets must be a list with at least one entry, got ${quote(entries)}`)
  const targets = entries.map((entry: FallbackEntry<Req, Res>, index) => read(entry, index))
  const ids = targets.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined)
    fail(`two entries have the id '${twice}': breakers and health are kept per id`)

  const { on, onlyOn, order, stickyBy, stickyMs } = resolveFallback(options, ids)
  const sessions = stickyBy && new Sessions(stickyBy, stickyMs)
  const reserved = new Map(Object.entries(onlyOn).map(([id, kinds]) => [id, [...kinds]]))
  const ownProvider = targets.every(({ call, pipeline }) => call ?? pipeline)
  if (!ownProvider && reserved.size === ids.length)
    fail('onlyOn names every target, so that none could be tried first')

  const sorted = (
    all: readonly Listed<Req, Res>[],
    ctx: Context<Req>,
  ): readonly Listed<Req, Res>[] => {
    if (typeof order === 'function') return chosen(order([...all], ctx), all)
    // Nobody knows what the pipeline's own provider costs: it stands with those without a price.
    if (order === 'cost') return ranked(all, ({ price }) => blendedPrice(price))
    // Unknown ones before all others, or they would stay unknown.
    if (order === 'latency')
      return ranked(all, ({ id }) => ctx.health.of(id).p95FirstContentMs ?? 0)
    return all
  }
  const perCall = typeof order === 'function' || order === 'latency'
  const all = ({ target }: Context<Req>): readonly Listed<Req, Res>[] =>
    ownProvider ? [target, ...targets] : targets
  // An order that does not depend on the call is made once for each own target: mostly there is one.
  let own: unknown
  let standing: readonly Listed<Req, Res>[] = []
  const inOrder = (ctx: Context<Req>): readonly Listed<Req, Res>[] => {
    if (perCall) return sorted(all(ctx), ctx)
    if (own !== ctx.target) {
      own = ctx.target
      standing = sorted(all(ctx), ctx)
    }
    return standing
  }

  const readyAt: List<Req, Res>['readyAt'] = ({ health }, { id, pipeline }, now) => {
    // A pipeline in the list has breakers of its own: it answers for itself.
    if (pipeline !== undefined || health.isReady(id, now)) return -Infinity
    const { until, capacity, capacityAt } = health.of(id)
    return capacity > 0 ? until : Math.max(until, capacityAt)
  }

  return {
    targets,
    ownProvider,
    declares: targets.some(({ capabilities, contextWindow }) => capabilities ?? contextWindow),
    learns: order === 'latency',
    sessions,
    kindsFor: (id) => reserved.get(id) ?? on,
    falls: (kind) => [on, ...reserved.values()].some((kinds) => kinds.includes(kind)),
    isReserved: (id) => reserved.has(id),
    readyAt,
    inOrder(ctx, session) {
      const targetsNow = inOrder(ctx)
      if (session === undefined) return targetsNow
      const now = ctx.clock.now()
      const stay = sessions?.targetOf(session, now)
      return ranked(targetsNow, (target) =>
        target.id === stay && readyAt(ctx, target, now) === -Infinity ? 0 : 1,
      )
    },
  }
}

/** What an order of the user's made of the targets: it may leave some out, and invents none. */
const chosen = <T>(given: readonly T[], known: readonly T[]): readonly T[] =>
  Array.isArray(given) && given.every((target: T) => known.includes(target))
    ? given
    : fail(`order must return a list of targets that it was given, got ${quote(given)}`)
