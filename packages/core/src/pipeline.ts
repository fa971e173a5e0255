import { CallContext, isContext } from './call-context.ts'
import { Call } from './call.ts'
import { systemClock, systemRandom } from './clock.ts'
import { assertOrder, nameOf, shapeOf, type PipelineDescription } from './describe.ts'
import { ConfigurationError } from './errors.ts'
import { Events } from './events.ts'
import { markHandler, type CallOptions, type Handler } from './handler.ts'
import { health as makeHealth } from './health.ts'
import { settled } from './live.ts'
import { onion } from './onion.ts'
import { quote } from './options.ts'
import { resolvePipelineOptions, type PipelineOptions } from './pipeline-options.ts'
import { infoOf, type InOrder, type Policy } from './policy.ts'
import { reportOf } from './report.ts'
import { retryBudget as makeBudget } from './retry-budget.ts'
import { assertCallOptions, bounded, nested, observe } from './run.ts'
import { neverScope, scopeOf } from './scope.ts'
import type { Site } from './site.ts'
import type { Provider } from './target.ts'
import { targets } from './targets.ts'

const NO_OPTIONS: CallOptions = {}

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
  const given = resolvePipelineOptions(options)
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
  const runBounded = bounded(run)

  const timed = policies.some((policy) => infoOf(policy)?.timed === true)

  const start = (
    call: Call,
    request: Req,
    { signal, deadline = Infinity }: CallOptions,
  ): Promise<Res> => {
    assertCallOptions(name, signal, deadline)
    const scope = signal === undefined ? neverScope : scopeOf(signal)
    // The reason is the caller's, whatever it is.
    if (scope.aborted) return Promise.reject(scope.reason)
    const ctx = new CallContext<Req>(site, call, request, scope, deadline, 1, targetOf(request))
    const go = scope === neverScope && deadline === Infinity ? run : runBounded
    return call.observed ? observe(go, ctx) : go(ctx)
  }

  const handler = Object.assign(
    (request: Req, callOptions: CallOptions = NO_OPTIONS): Promise<Res> => {
      try {
        if (isContext(callOptions)) {
          callOptions.call.timed ||= timed
          return run(nested(site, callOptions, request, targetOf(request)))
        }
        const observed = events.listened
        return start(
          new Call(means, observed, timed || observed, undefined, callOptions.callId),
          request,
          callOptions,
        )
      } catch (error) {
        // Wrong options, or a `model` of the user's that cannot read the request: a handler never throws at once (T30).
        return Promise.reject(error)
      }
    },
    {
      async withReport(request: Req, callOptions: CallOptions = NO_OPTIONS) {
        const startedAt = means.clock.now()
        const call = isContext(callOptions)
          ? callOptions.call
          : new Call(means, true, true, undefined, callOptions.callId)
        const response = await (isContext(callOptions)
          ? handler(request, callOptions)
          : start(call, request, callOptions))
        const over = settled(response)?.catch(() => {}) ?? Promise.resolve()
        return {
          response,
          report: over.then(() => reportOf(call, name, startedAt, means.clock.now())),
        }
      },
      events,
      dialect,
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
