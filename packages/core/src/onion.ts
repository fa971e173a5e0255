import { CallContext } from './call-context.ts'
import type { Context, Overrides } from './context.ts'
import { nameOf } from './describe.ts'
import { ConfigurationError } from './errors.ts'
import { hop } from './hop.ts'
import { settled } from './live.ts'
import { forkWith } from './overrides.ts'
import { infoOf, type Next, type Policy } from './policy.ts'
import { promised } from './promised.ts'
import type { Provider } from './target.ts'

export type Run<Req, Res> = (ctx: CallContext<Req>) => Promise<Res>

const nothing = (): void => {}
const settledNow = Promise.resolve()

const fork = <Req>(
  ctx: CallContext<Req>,
  over: Overrides<Req> | Context<Req> | undefined,
): CallContext<Req> => {
  if (over === undefined) return ctx
  return over instanceof CallContext ? (over as CallContext<Req>) : forkWith(ctx, over)
}

const assertMayCall = (policy: unknown, returned: boolean, running: boolean): void => {
  const why = returned
    ? 'after it had settled: await it, or return what it gave'
    : 'again while its earlier one was still running: await that first, or declare the policy concurrent'
  if (returned || running) throw new ConfigurationError(`'${nameOf(policy)}' called next() ${why}`)
}

/** A `next` that is not the first one, or that comes after the policy returned its promise: may it be made? */
const again = <Res, Over>(
  policy: unknown,
  result: Promise<Res> | undefined,
  latest: Promise<Res> | undefined,
  go: (over: Over) => Promise<Res>,
  over: Over,
): Promise<Res> => {
  let returned = false
  let running = latest !== undefined && !infoOf(policy)?.concurrent
  let tail: Promise<void> | undefined
  const ended = (): boolean => (running = false)
  if (running) latest?.then(ended, ended)
  const answered = (response: Res): void => {
    returned = true
    tail = settled(response)
  }
  result?.then(answered, () => (returned = true))
  // What has settled by now reports before this goes on: it is the only way to ask a promise.
  return settledNow.then(() => {
    if (tail !== undefined) return afterStream(policy, tail, running, go, over)
    assertMayCall(policy, returned, running)
    return go(over)
  })
}

/** An answer that goes on (a stream) keeps its policy at work. */
const afterStream = async <Res, Over>(
  policy: unknown,
  tail: Promise<void>,
  running: boolean,
  go: (over: Over) => Promise<Res>,
  over: Over,
): Promise<Res> => {
  let ended = false
  const end = (): boolean => (ended = true)
  tail.then(end, end)
  await settledNow
  assertMayCall(policy, ended, running)
  return go(over)
}

/**
 * One layer: `policy` around `inner`. A `direct` policy knows the rules: its `next` is the inner layer itself.
 * For all others `next` is re-entrant by design, for retry and hedge; what is refused is a call
 * after the policy has settled, and one that overlaps an earlier one in a policy that did not declare it (T72).
 * The first `next` of a policy, made before it returned, can be neither, so that the common case is checked for free.
 */
const layer = <Req, Res>(policy: Policy<Req, Res>, inner: Run<Req, Res>): Run<Req, Res> => {
  const info = infoOf(policy)
  if (info?.direct) {
    const next: Next<Req, Res> = (given) => inner(given as CallContext<Req>)
    return (ctx) => promised(policy, ctx, next)
  }
  return (ctx) => {
    let result: Promise<Res> | undefined
    let latest: Promise<Res> | undefined
    const next: Next<Req, Res> = (over) => {
      if (latest === undefined && result === undefined) return (latest = inner(fork(ctx, over)))
      // `over` is handed on: a closure over it would be paid for by every first call, too.
      return again(policy, result, latest, (later) => (latest = inner(fork(ctx, later))), over)
    }
    result = promised(policy, ctx, next)
    // A plain function of the user's may have forgotten to await `next`: its failure must not end the process (T73).
    if (info === undefined && latest !== undefined && latest !== result)
      latest.then(undefined, nothing)
    return result
  }
}

/** Policies around a provider, outermost first: links are made once per pipeline, not once per call. */
export const onion = <Req, Res>(
  provider: Provider<Req, Res>,
  policies: readonly Policy<Req, Res>[],
): Run<Req, Res> =>
  policies.reduceRight<Run<Req, Res>>(
    (inner, policy) => layer(policy, inner),
    (ctx) => hop(provider, ctx),
  )
