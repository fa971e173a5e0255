import {
  ConfigurationError,
  place,
  settled,
  sleep,
  systemClock,
  targetId,
  type Clock,
  type Context,
  type Next,
  type PipelineShape,
} from '@holdfast/core'

import { inOrder } from './announce.ts'
import { PROBES_OUT_MS, REJECTED } from './circuit.ts'
import { withParts, type CircuitBreaker } from './controls.ts'
import { CircuitOpenError } from './errors.ts'
import { evacuable } from './evacuation.ts'
import { Isolation } from './isolation.ts'
import { allOf, circuitsFor, type KeyedCircuit } from './keyed-circuit.ts'
import { settingsOf, type CircuitBreakerOptions } from './options.ts'
import { watcher } from './slowness.ts'
import { verdicts } from './verdicts.ts'

/** With every target open, one call in this time still finds out. */
const LAST_RESORT_MS = 1_000

/** How long the house takes an isolated target for banned, before somebody looks again. */
const ISOLATED_MS = 1_000

const settledNow = Promise.resolve()

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
  const { key: keyOf = targetId, whenAllOpen, slowCallMs, windowMs } = settings
  const watch = watcher(slowCallMs)
  const isolation = new Isolation()
  const announce = inOrder()
  const { begun, succeeded, failed, late } = verdicts(settings, announce)
  let clock: Clock = systemClock
  const now = (): number => clock.now()
  const circuits = circuitsFor(settings, settings.maxKeys, now)

  /** A ticket, or REJECTED. A closed circuit does not care what time it is: no clock is read. */
  const admit = (ctx: Context, circuit: KeyedCircuit, at: number): number => {
    const { key, state, column } = circuit
    const ticket = circuit.admit(at)
    if (state === 'closed' || ticket === REJECTED) return ticket
    if (state === 'open') announce(() => ctx.emit('circuit:half-opened', { key }))
    // The last probe is out: a queue outside must not send all that it holds after it (T45).
    if (circuit.busy) column.tell(ctx, 'open', at + PROBES_OUT_MS)
    return ticket
  }

  /** Until then it is not to be tried: a house that thinks otherwise is told. */
  const shun = (
    ctx: Context,
    { column }: KeyedCircuit,
    banned: boolean,
    at: number,
    until: number,
  ): void => {
    const known = ctx.health.of(ctx.target.id).until
    if (known <= at || known > until) column.tell(ctx, banned ? 'banned' : 'open', until)
  }

  const reject = (ctx: Context, key: string, retryAfterMs?: number): Promise<never> => {
    announce(() => ctx.emit('circuit:rejected', { key, retryAfterMs }))
    const error = CircuitOpenError.stackless(key, retryAfterMs)
    // A moment later: a promise that is born rejected counts as unhandled until somebody looks at it, and Node's
    // book-keeping for that costs more than all the rest of a rejection. So does unwinding the stack of a `throw`.
    return new Promise((_, fail) => void settledNow.then(() => fail(error)))
  }

  /** It is open. With another target left that is the end of it; with none, `whenAllOpen` has the word. */
  const held = (ctx: Context, circuit: KeyedCircuit, at: number): number | Promise<void> => {
    let backAt = circuit.backAt(at)
    if (whenAllOpen !== 'fail' && ctx.alternatives() === 0) {
      if (whenAllOpen === 'probe') {
        const probeAt = circuit.probedAt + LAST_RESORT_MS
        if (at >= probeAt) {
          circuit.probedAt = at
          return circuit.probe(at)
        }
        backAt = Math.min(backAt, probeAt)
      } else if (backAt < ctx.deadline) return sleep(ctx, backAt - at)
    }
    shun(ctx, circuit, circuit.banned, at, backAt)
    return reject(ctx, circuit.key, Math.max(0, backAt - at))
  }

  const isolated = (ctx: Context, circuit: KeyedCircuit): Promise<never> => {
    const at = now()
    shun(ctx, circuit, true, at, at + ISOLATED_MS)
    return reject(ctx, circuit.key)
  }

  /** An admitted call, up to its true end. */
  const run = <Res>(
    ctx: Context,
    circuit: KeyedCircuit,
    ticket: number,
    next: Next<never, Res>,
  ): Promise<Res> => {
    circuit.inFlight++
    circuit.target = ctx.target.id
    const watched = watch(ctx, () => late(ctx, circuit, ticket))
    const answer =
      settings.evacuate && ctx.alternatives() > 0
        ? evacuable(ctx as Context<never>, next, circuit.waiting)
        : next(ctx as Context<never>)
    const ended = (slow: boolean, error?: { readonly thrown: unknown }): void => {
      circuit.inFlight--
      if (watched.told) return
      if (error === undefined) succeeded(ctx, circuit, ticket, slow)
      else failed(ctx, circuit, ticket, slow, error.thrown)
    }
    return answer.then(
      (response) => {
        const slow = watched.isSlow()
        watched.stop()
        const tail = settled(response)
        if (tail === undefined) ended(slow)
        else {
          begun(ctx, circuit, ticket, slow)
          tail.then(
            () => ended(slow),
            (thrown: unknown) => ended(slow, { thrown }),
          )
        }
        return response
      },
      (thrown: unknown) => {
        watched.stop()
        ended(watched.isSlow(), { thrown })
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
      const at = circuit.state === 'closed' ? 0 : now()
      const ticket = admit(ctx, circuit, at) || held(ctx, circuit, at)
      if (typeof ticket === 'number') return run(ctx, circuit, ticket, next)
      return ticket.then(() => policy(given, next))
    },
  )
  return withParts(policy, { circuits, isolation, clock: () => clock })
}
