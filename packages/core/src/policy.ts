import type { Context, Overrides } from './context.ts'
import { ConfigurationError } from './errors.ts'
import { quote } from './options.ts'
import type { PipelineShape } from './shape.ts'

/** Runs what is inside. May be called again (retry), at the same time (hedge), or never (cache). */
export type Next<Req, Res> = (overrides?: Overrides<Req> | Context<Req>) => Promise<Res>

/** A middleware. It returns the response, so that a forgotten `return next()` does not compile. */
export type Policy<Req, Res> = (ctx: Context<Req>, next: Next<Req, Res>) => Promise<Res>

/** The floors of the house, outermost first. */
export const FLOORS = {
  degrade: 0,
  cache: 1,
  deadline: 2,
  interrupt: 3,
  admit: 4,
  fallback: 5,
  retry: 6,
  hedge: 7,
  validate: 8,
  breaker: 9,
  pace: 10,
  timeout: 11,
} as const
export type FloorName = keyof typeof FLOORS
export type Level<F extends FloorName = FloorName> = (typeof FLOORS)[F]

/** What a policy tells the house about itself; it hangs on the function, invisible to the type. */
export interface PolicyInfo {
  readonly name: string
  readonly floor: FloorName
  /** May call `next` again while an earlier one is still running. */
  readonly concurrent?: boolean
  /** Always hands `next` a context, its own or a fork of it: one `next` then serves all its calls, instead of one made for each. */
  readonly direct?: boolean
  /** Reads the times of attempts (`call.attempts`), which are not taken for nobody. */
  readonly timed?: boolean
  /** May its state be forgotten? `keyed` evicts only such instances. */
  readonly idle?: () => boolean
  /** Set by `anywhere`: its floor is not checked. */
  readonly anywhere?: boolean
  /** How the worst case of what is inside looks from outside this policy; may refuse a nonsense combination. */
  readonly shape?: (inner: PipelineShape) => PipelineShape
}

interface Floor<N extends string, L extends number> {
  readonly name: N
  readonly level: L
}

/**
 * A policy that knows its floor. The floor rides on a phantom parameter that is never passed: the type must stay a
 * pure function type, or TypeScript stops inferring `keyOf: (request) => …` from the provider.
 */
export type Placed<N extends string, L extends number, Req, Res> = (
  ctx: Context<Req>,
  next: Next<Req, Res>,
  floor?: Floor<N, L>,
) => Promise<Res>

/** A placed policy for any request and response. Generic, not `any`: that would leak into the whole handler. */
export type Universal<N extends string, L extends number> = <Req, Res>(
  ctx: Context<Req>,
  next: Next<Req, Res>,
  floor?: Floor<N, L>,
) => Promise<Res>

const INFO: unique symbol = Symbol.for('holdfast.policy') as never

/** What a policy says about itself; undefined for a plain function of yours. */
export const infoOf = (policy: unknown): PolicyInfo | undefined =>
  (policy as { [INFO]?: PolicyInfo })[INFO]

/** Puts a policy on its floor: `place({ name: 'retry', floor: 'retry' }, (ctx, next) => …)`. */
export function place<const N extends string, F extends FloorName>(
  info: PolicyInfo & { readonly name: N; readonly floor: F },
  policy: <Req, Res>(ctx: Context<Req>, next: Next<Req, Res>) => Promise<Res>,
): Universal<N, Level<F>>
export function place<const N extends string, F extends FloorName, Req, Res>(
  info: PolicyInfo & { readonly name: N; readonly floor: F },
  policy: Policy<Req, Res>,
): Placed<N, Level<F>, Req, Res>
export function place(
  info: PolicyInfo,
  policy: Policy<unknown, unknown>,
): Policy<unknown, unknown> {
  if (!Object.hasOwn(FLOORS, info.floor))
    throw new ConfigurationError(`place: floor must be one of the house, got ${quote(info.floor)}`)
  assertFunction('place', policy)
  // A function that stands somewhere already, or that is frozen, gets a stand-in to carry the mark.
  const fresh = infoOf(policy) === undefined && Object.isExtensible(policy)
  return mark(fresh ? policy : (ctx, next) => policy(ctx, next), info)
}

/** The one way round the order of floors: a policy that may stand anywhere. Greppable on purpose. */
export const anywhere = <Req, Res>(policy: Policy<Req, Res>): Policy<Req, Res> => {
  assertFunction('anywhere', policy)
  const info = infoOf(policy)
  const moved: Policy<Req, Res> = (ctx, next) => policy(ctx, next)
  return info === undefined ? moved : mark(moved, { ...info, anywhere: true })
}

const mark = <P extends object>(policy: P, info: PolicyInfo): P =>
  Object.defineProperty(policy, INFO, { value: info })

const assertFunction = (owner: string, policy: unknown): void => {
  if (typeof policy !== 'function')
    throw new ConfigurationError(`${owner}: a policy must be a function, got ${quote(policy)}`)
}

// The order of floors, checked by the compiler.

type Count<N extends number, A extends 0[] = []> = A['length'] extends N ? A : Count<N, [...A, 0]>
type AtMost<A extends number, B extends number> =
  Count<B> extends [...Count<A>, ...0[]] ? true : false

type FloorIn<P> = P extends (...parameters: infer A) => unknown
  ? A extends [unknown, unknown, (infer F)?]
    ? F extends Floor<infer N, infer L>
      ? [N, L]
      : never
    : never
  : never

type Misplaced<
  P extends readonly unknown[],
  Above extends number = 0,
  AboveName extends string = '',
> = P extends readonly [infer Head, ...infer Tail]
  ? [FloorIn<Head>] extends [never]
    ? Misplaced<Tail, Above, AboveName>
    : FloorIn<Head> extends [infer N extends string, infer L extends number]
      ? AtMost<Above, L> extends true
        ? Misplaced<Tail, L, N>
        : `'${N}' must stand before (outside) '${AboveName}'`
      : Misplaced<Tail, Above, AboveName>
  : never

/** `unknown` when in order; otherwise the sentence that the compiler prints in its error. */
export type InOrder<P extends readonly unknown[]> = [Misplaced<P>] extends [never]
  ? unknown
  : Misplaced<P>
