import { CallContext, isContext, type Site } from './call-context.ts'
import { Call } from './call.ts'
import { systemClock, systemRandom, type Clock } from './clock.ts'
import type { Overrides } from './context.ts'
import { assertOrder, nameOf, shapeOf, type PipelineDescription } from './describe.ts'
import type { Dialect } from './dialect.ts'
import { ConfigurationError, DeadlineExceededError } from './errors.ts'
import { Events } from './events.ts'
import type { Classifier } from './fault.ts'
import { markHandler, type CallOptions, type Handler } from './handler.ts'
import { health as makeHealth, type Health } from './health.ts'
import { onion, type Run } from './onion.ts'
import {
  callable,
  either,
  integer,
  optional,
  quote,
  resolveOptions,
  rule,
  text,
} from './options.ts'
import { infoOf, type InOrder, type Policy } from './policy.ts'
import { reportOf } from './report.ts'
import { retryBudget as makeBudget, type RetryBudget } from './retry-budget.ts'
import { neverScope, scopeOf } from './scope.ts'
import { settled } from './settled.ts'
import type { Provider } from './target.ts'
import { targets } from './targets.ts'
import { within } from './within.ts'

const NO_OPTIONS: CallOptions = {}

export interface PipelineOptions<Req> {
  /** The route: few values, safe as a metric label. @default the provider function's name */
  readonly name?: string
  /** Who answers, for labels, health and breakers. @default the pipeline's name */
  readonly provider?: string
  /** Fixed, or read from the request. @default what the dialect, or a `model` field of the request, says */
  readonly model?: string | ((request: Req) => string | undefined)
  /** How to read and rewrite answers; `auto` of `@holdfast/providers` recognises them by shape. */
  readonly dialect?: Dialect
  /** Your own reading of an error, asked first. */
  readonly classify?: Classifier
  /** Shared knowledge of targets. @default one of this pipeline */
  readonly health?: Health
  /** Shared bound on retrying. @default one of this pipeline */
  readonly retryBudget?: RetryBudget
  readonly events?: Events
  readonly clock?: Clock
  /** 0 inclusive to 1 exclusive. */
  readonly random?: () => number
  /** How often the provider function retries by itself (the `maxRetries` of an SDK client); silences a warning of `describe()`. */
  readonly providerRetries?: number
}

const hasMethods =
  (...names: readonly string[]): ((value: unknown) => boolean) =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')

const RULES = {
  name: optional(text),
  provider: optional(text),
  model: optional(either(text, callable)),
  dialect: optional(
    rule('a dialect, such as auto of @holdfast/providers', hasMethods('read', 'isResponse')),
  ),
  classify: optional(callable),
  health: optional(rule('a health() value', hasMethods('of', 'isReady'))),
  retryBudget: optional(rule('a retryBudget() value', hasMethods('withdraw', 'deposit'))),
  events: optional(rule('an Events value', hasMethods('publish', 'on'))),
  clock: optional(rule('a clock with now, wall and after', hasMethods('now', 'wall', 'after'))),
  random: optional(callable),
  providerRetries: optional(integer(0)),
}

/**
 * Puts policies around a provider, outermost first, and gives a handler.
 *
 * @example
 * const chat = pipeline(callModel, [deadline({ timeoutMs: 60_000 }), retry(), timeout({ timeoutMs: 15_000 })], { name: 'chat' })
 * const answer = await chat({ prompt: 'hi' }, { signal })
 *
 * @throws ConfigurationError for a policy on the wrong floor, a wrong option, or a combination that cannot work
 */
// This signature is the only one of many tried that infers in all cases: `*.test-d.ts` holds them.
export function pipeline<Req, Res, const P extends readonly unknown[]>(
  provider: Provider<Req, Res>,
  policies: readonly Policy<Req, Res>[] & P & InOrder<P>,
  options?: PipelineOptions<NoInfer<Req>>,
): Handler<Req, Res> {
  if (typeof provider !== 'function')
    throw new ConfigurationError(`pipeline: provider must be a function, got ${quote(provider)}`)
  if (!Array.isArray(policies))
    throw new ConfigurationError(`pipeline: policies must be a list, got ${quote(policies)}`)
  assertOrder(policies)
  const given = resolveOptions<PipelineOptions<Req>>('pipeline', options, {}, RULES)
  const {
    name = provider.name || 'pipeline',
    dialect,
    classify,
    events = new Events(),
    providerRetries,
  } = given
  const shape = shapeOf(provider, policies, providerRetries)
  const means = {
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
    health: given.health ?? makeHealth(),
    retryBudget: given.retryBudget ?? makeBudget(),
  }
  const { targetFor, targetOf } = targets<Req>(given.provider ?? name, given.model, dialect)
  const funds = policies.some((policy) => ['retry', 'hedge'].includes(infoOf(policy)?.floor ?? ''))
  const site: Site = { name, events, dialect, classify, funds, targetFor }
  const run = onion(provider, [...policies])

  const timed = policies.some((policy) => infoOf(policy)?.timed === true)

  const start = (
    call: Call,
    request: Req,
    { signal, deadline = Infinity }: CallOptions,
  ): Promise<Res> => {
    const scope = signal === undefined ? neverScope : scopeOf(signal)
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the reason is the caller's, whatever it is
    if (scope.aborted) return Promise.reject(scope.reason)
    const ctx = new CallContext<Req>(site, call, request, scope, deadline, 1, targetOf(request))
    const go = scope === neverScope && deadline === Infinity ? run : bounded(run)
    return call.observed ? observe(go, ctx) : go(ctx)
  }

  const handler = Object.assign(
    (request: Req, options: CallOptions = NO_OPTIONS): Promise<Res> => {
      if (isContext(options)) return run(nested(site, options, request, targetOf(request)))
      const observed = events.listened
      return start(
        new Call(means, observed, timed || observed, undefined, options.callId),
        request,
        options,
      )
    },
    {
      async withReport(request: Req, options: CallOptions = NO_OPTIONS) {
        const startedAt = means.clock.now()
        const call = isContext(options)
          ? options.call
          : new Call(means, true, true, undefined, options.callId)
        const response = await (isContext(options)
          ? handler(request, options)
          : start(call, request, options))
        const over = settled(response)?.catch(() => {}) ?? Promise.resolve()
        return {
          response,
          report: over.then(() => reportOf(call, name, startedAt, means.clock.now())),
        }
      },
      events,
      policies: policies.map(nameOf),
      describe: (): PipelineDescription => ({
        name,
        provider: given.provider ?? name,
        policies: policies.map((policy) => ({
          name: nameOf(policy),
          floor: infoOf(policy)?.floor,
        })),
        maxRequests: shape.maxRequests,
        maxMs: shape.maxMs,
        warnings: shape.warnings,
      }),
    },
  )
  return markHandler(handler) as Handler<Req, Res>
}

/** A pipeline within a pipeline shares the call: its record, its abort, its deadline, its budget. */
const nested = <Req>(
  site: Site,
  outer: CallContext<unknown>,
  request: Req,
  target: CallContext<Req>['target'],
): CallContext<Req> =>
  new CallContext<Req>(
    site,
    outer.call,
    request,
    outer.scope,
    outer.deadline,
    outer.attempt,
    target,
    undefined,
    outer,
  )

/** A caller who may leave, or who set a deadline, is answered at once when it happens, whatever the provider does. */
const bounded =
  <Req, Res>(run: Run<Req, Res>): Run<Req, Res> =>
  (ctx) => {
    const ms = ctx.deadline - ctx.clock.now()
    return within<Req, Res>(
      ctx,
      (over) => run(ctx.with(over as Overrides<Req>)),
      ms,
      ctx.deadline,
      () => new DeadlineExceededError(ms),
    )
  }

/** Tells the listeners how the call went, at its true end. */
const observe = <Req, Res>(run: Run<Req, Res>, ctx: CallContext<Req>): Promise<Res> => {
  const startedAt = ctx.clock.now()
  ctx.emit('call:started', {})
  const failed = (error: unknown): void =>
    ctx.emit('call:failed', {
      durationMs: ctx.clock.now() - startedAt,
      error,
      fault: ctx.classify(error),
    })
  const succeeded = (): void =>
    ctx.emit('call:succeeded', { durationMs: ctx.clock.now() - startedAt })
  return run(ctx).then(
    (response) => {
      const tail = settled(response)
      if (tail === undefined) succeeded()
      else tail.then(succeeded, failed)
      return response
    },
    (error: unknown) => {
      failed(error)
      throw error
    },
  )
}
