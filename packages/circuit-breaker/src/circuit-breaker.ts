import {
  ConfigurationError,
  place,
  settled,
  systemClock,
  targetId,
  type Clock,
  type Context,
  type Next,
  type PipelineShape,
} from '@holdfast/core'

import { inOrder } from './announce.ts'
import { withParts, type CircuitBreaker } from './controls.ts'
import { door } from './door.ts'
import { evacuable } from './evacuation.ts'
import { Isolation } from './isolation.ts'
import { allOf, circuitsFor } from './keyed-circuit.ts'
import { settingsOf, type CircuitBreakerOptions } from './options.ts'
import { watcher } from './slowness.ts'
import { verdicts, type Admission } from './verdicts.ts'

/**
 * Stops calling a target that is down, and finds out with single calls when it is back.
 * A call that comes while it is open is rejected with `CircuitOpenError`.
 *
 * @throws ConfigurationError for an option that cannot be
 * @example
 * const chat = pipeline(callOpenAI, [retry(), circuitBreaker()])
 */
export const circuitBreaker = (options?: CircuitBreakerOptions): CircuitBreaker => {
  const settings = settingsOf(options)
  const { key: keyOf = targetId, slowCallMs, windowMs } = settings
  let clock: Clock = systemClock
  const now = (): number => clock.now()
  const circuits = circuitsFor(settings, settings.maxKeys, now)
  const isolation = new Isolation()
  const announce = inOrder()
  const { enter, isolated } = door(settings, announce)
  const { begun, succeeded, failed, late, left } = verdicts(settings, announce)
  const watch = watcher(slowCallMs, late)

  /** An admitted call, up to its true end. */
  const run = <Res>(call: Admission, next: Next<never, Res>): Promise<Res> => {
    const { ctx, circuit } = call
    circuit.inFlight++
    circuit.target = ctx.target.id
    const watched = watch?.(call)
    // A probe that nobody waits for takes nobody's place, whatever its provider does (T43).
    const stay =
      circuit.state === 'closed' ? undefined : ctx.scope.onAbort((reason) => left(call, reason))
    const answer =
      settings.evacuate && ctx.alternatives() > 0
        ? evacuable(ctx as Context<never>, next, circuit.waiting)
        : next(ctx as Context<never>)
    return answer.then(
      (response) => {
        const slow = watched?.() ?? false
        stay?.()
        const tail = settled(response)
        if (tail === undefined) succeeded(call, slow)
        else {
          begun(call, slow)
          tail.then(
            () => succeeded(call, slow),
            (error: unknown) => failed(call, slow, error),
          )
        }
        return response
      },
      (error: unknown) => {
        stay?.()
        failed(call, watched?.() ?? false, error)
        // The same promise, not a `throw`: unwinding a stack costs more than all that stands here.
        return answer
      },
    )
  }

  /** A window too short for two attempts cannot tell a bad minute from a bad call (T77). */
  const shape = (inner: PipelineShape): PipelineShape => {
    const leastMs = 2 * (inner.attemptTimeoutMs ?? 0)
    if (windowMs < leastMs && leastMs < Infinity)
      throw new ConfigurationError(
        `circuitBreaker: windowMs must be at least ${leastMs}, twice the timeout of an attempt, got ${windowMs}`,
      )
    return inner
  }
  const idle = (): boolean => allOf(circuits).every((circuit) => circuit.isIdle(now()))

  const policy: CircuitBreaker = place(
    {
      name: 'circuitBreaker',
      floor: 'breaker',
      direct: true,
      timed: slowCallMs !== undefined,
      idle,
      shape,
    },
    (given, next) => {
      // What flows does not matter here, so that one breaker can be shared by pipelines of any type.
      const ctx = given as unknown as Context
      clock = ctx.clock
      const circuit = circuits.of(keyOf(ctx))
      if (isolation.covers(circuit.key)) return isolated(ctx, circuit)
      const ticket = enter(ctx, circuit)
      if (typeof ticket !== 'number') return ticket.then(() => policy(given, next))
      return run({ ctx, circuit, ticket, told: false }, next)
    },
  )
  return withParts(policy, { circuits, isolation, clock: () => clock })
}
