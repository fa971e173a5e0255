import {
  ConfigurationError,
  place,
  settled,
  systemClock,
  type Clock,
  type Context,
  type Fault,
  type HealthState,
  type PipelineShape,
} from '@holdfast/core'

import { inOrder } from './announce.ts'
import { breakMs } from './break-time.ts'
import { REJECTED } from './circuit.ts'
import { Circuits, type KeyedCircuit } from './circuits.ts'
import { withParts, type CircuitBreaker } from './controls.ts'
import { CircuitOpenError } from './errors.ts'
import { Isolation } from './isolation.ts'
import { settingsOf, type CircuitBreakerOptions } from './options.ts'

/** How long the house takes an isolated target for banned: a release cannot tell it, so it looks again. */
const ISOLATED_MS = 1_000

const settledNow = Promise.resolve()

const byTarget = (ctx: Context): string => ctx.target.id

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
  const { key: keyOf = byTarget, slowCallMs } = settings
  const counted = new Set(settings.on)
  const fatal = new Set(settings.tripOn)
  const circuits = new Circuits(settings, settings.maxKeys)
  const isolation = new Isolation()
  const announce = inOrder()
  let clock: Clock = systemClock
  const now = (): number => clock.now()

  /** A ticket, or REJECTED. A closed circuit does not care what time it is: no clock is read. */
  const admit = (ctx: Context, circuit: KeyedCircuit, at: number): number => {
    const wasOpen = circuit.state === 'open'
    const ticket = circuit.admit(at)
    if (wasOpen && ticket !== REJECTED)
      announce(() => ctx.emit('circuit:half-opened', { key: circuit.key }))
    return ticket
  }

  const reject = (ctx: Context, key: string, retryAfterMs?: number): Promise<never> => {
    announce(() => ctx.emit('circuit:rejected', { key, retryAfterMs }))
    const error = CircuitOpenError.stackless(key, retryAfterMs)
    // A moment later: a promise that is born rejected counts as unhandled until somebody looks at it, and Node's
    // book-keeping for that costs more than all the rest of a rejection. So does unwinding the stack of a `throw`.
    return new Promise((_, fail) => void settledNow.then(() => fail(error)))
  }

  const held = (ctx: Context, circuit: KeyedCircuit, at: number): Promise<never> => {
    const { key, state, until, banned } = circuit
    if (state === 'open') shun(ctx, banned ? 'banned' : 'open', until)
    return reject(ctx, key, circuit.retryAfterMs(at))
  }

  const isolated = (ctx: Context, key: string): Promise<never> => {
    shun(ctx, 'banned', now() + ISOLATED_MS)
    return reject(ctx, key)
  }

  const isSlow = (startedAt: number): boolean =>
    slowCallMs !== undefined && now() - startedAt >= slowCallMs

  const succeeded = (ctx: Context, circuit: KeyedCircuit, ticket: number, slow: boolean): void => {
    if (slow) return complain(ctx, circuit, ticket, undefined, slow)
    circuit.inFlight--
    const before = circuit.state
    circuit.succeed(ticket, ctx.call.at)
    if (circuit.state === before) return
    write(ctx, 'healthy', 0)
    announce(() => ctx.emit('circuit:closed', { key: circuit.key }))
  }

  const failed = (
    ctx: Context,
    circuit: KeyedCircuit,
    ticket: number,
    error: unknown,
    slow: boolean,
  ): void => {
    const fault = ctx.classify(error)
    if (counted.has(fault.kind) || fatal.has(fault.kind))
      return complain(ctx, circuit, ticket, fault, slow)
    circuit.inFlight--
    circuit.release(ticket)
  }

  /** Without a fault it was a success that came too late. */
  const complain = (
    ctx: Context,
    circuit: KeyedCircuit,
    ticket: number,
    fault: Fault | undefined,
    slow: boolean,
  ): void => {
    circuit.inFlight--
    const before = circuit.state
    const at = now()
    const why = {
      failed: fault !== undefined,
      slow,
      fatal: fault !== undefined && fatal.has(fault.kind),
    }
    circuit.fail(ticket, why, at, (openings) =>
      breakMs(settings, { openings, fault }, why.fatal, ctx.random),
    )
    if (circuit.state === before) return
    const { key, until } = circuit
    shun(ctx, why.fatal ? 'banned' : 'open', until)
    announce(() => ctx.emit('circuit:opened', { key, openMs: until - at, fault }))
  }

  /** A window too short for two attempts cannot tell a bad minute from a bad call (T77). */
  const shape = (inner: PipelineShape): PipelineShape => {
    const leastMs = 2 * (inner.attemptTimeoutMs ?? 0)
    if (settings.windowMs < leastMs && leastMs < Infinity)
      throw new ConfigurationError(
        `circuitBreaker: windowMs must be at least ${leastMs}, twice the timeout of an attempt, got ${settings.windowMs}`,
      )
    return inner
  }
  const idle = (): boolean => circuits.isIdle(now())

  const policy = place({ name: 'circuitBreaker', floor: 'breaker', idle, shape }, (given, next) => {
    // What flows does not matter here, so that one breaker can be shared by pipelines of any type.
    const ctx = given as unknown as Context
    clock = ctx.clock
    const key = keyOf(ctx)
    if (isolation.covers(key)) return isolated(ctx, key)
    const circuit = circuits.of(key, now)
    const at = circuit.state === 'closed' ? 0 : now()
    const ticket = admit(ctx, circuit, at)
    if (ticket === REJECTED) return held(ctx, circuit, at)
    circuit.inFlight++
    const startedAt = slowCallMs === undefined ? 0 : now()
    const answer = next()
    return answer.then(
      (response) => {
        const slow = isSlow(startedAt)
        const tail = settled(response)
        if (tail === undefined) succeeded(ctx, circuit, ticket, slow)
        else
          tail.then(
            () => succeeded(ctx, circuit, ticket, slow),
            (error: unknown) => failed(ctx, circuit, ticket, error, slow),
          )
        return response
      },
      (error: unknown) => {
        failed(ctx, circuit, ticket, error, isSlow(startedAt))
        // The same promise, not a `throw`: unwinding a stack costs more than all that stands here.
        return answer
      },
    )
  })
  return withParts(policy, { circuits, isolation, clock: () => clock })
}

/** Writes the breaker's column of what the house knows of the target, and wakes those who wait for one. */
const write = ({ health, target }: Context, state: HealthState, until: number): void => {
  Object.assign(health.of(target.id), { state, until })
  health.changed()
}

/** Tells the house to go elsewhere; what is known already is not told again at each rejection. */
const shun = (ctx: Context, state: 'open' | 'banned', until: number): void => {
  if (ctx.health.of(ctx.target.id).until < until) write(ctx, state, until)
}
