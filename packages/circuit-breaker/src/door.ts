import { sleep, stackless, type Context } from '@holdfast/core'

import type { Announce } from './announce.ts'
import { PROBES_OUT_MS, REJECTED } from './circuit.ts'
import { CircuitOpenError } from './errors.ts'
import type { KeyedCircuit } from './keyed-circuit.ts'
import type { CircuitBreakerSettings } from './options.ts'

/** With every target open, one call in this time still finds out. */
const LAST_RESORT_MS = 1_000

/** How long the house takes an isolated target for banned, before somebody looks again. */
const ISOLATED_MS = 1_000

const settledNow = Promise.resolve()

/** How a call gets in. */
export interface Door {
  /** A ticket; or a wait after which it is to come again; or it is turned away. */
  readonly enter: (ctx: Context, circuit: KeyedCircuit) => number | Promise<void>
  /** The circuit is shut by hand. */
  readonly isolated: (ctx: Context, circuit: KeyedCircuit) => Promise<never>
}

export const door = (
  { whenAllOpen }: Pick<CircuitBreakerSettings, 'whenAllOpen'>,
  announce: Announce,
): Door => {
  /** Rejects, and tells a house that thinks that the target could be tried, or only later. */
  const reject = (
    ctx: Context,
    { key, column }: KeyedCircuit,
    state: 'open' | 'banned',
    at: number,
    backAt: number,
    retryAfterMs?: number,
  ): Promise<never> => {
    const { until } = ctx.health.of(ctx.target.id)
    if (until <= at || until > backAt) column.tell(ctx, state, backAt)
    announce(() => ctx.emit('circuit:rejected', { key, retryAfterMs }))
    const error = stackless(() => new CircuitOpenError(key, retryAfterMs))
    // A moment later: a promise that is born rejected counts as unhandled until somebody looks at it, and Node's
    // book-keeping for that costs more than all the rest of a rejection. So does unwinding the stack of a `throw`.
    return new Promise((_, fail) => void settledNow.then(() => fail(error)))
  }

  /** It is open. With another target left that is the end of it; with none, `whenAllOpen` has the word. */
  const held = (ctx: Context, circuit: KeyedCircuit, at: number): number | Promise<void> => {
    let backAt = circuit.backAt(at)
    if (whenAllOpen !== 'fail' && ctx.alternatives() === 0) {
      const probeAt = circuit.probedAt + LAST_RESORT_MS
      if (whenAllOpen === 'soonest') {
        if (backAt < ctx.deadline) return sleep(ctx, backAt - at)
      } else if (at < probeAt) backAt = Math.min(backAt, probeAt)
      else {
        circuit.probedAt = at
        return circuit.probe(at)
      }
    }
    return reject(
      ctx,
      circuit,
      circuit.banned ? 'banned' : 'open',
      at,
      backAt,
      Math.max(0, Math.ceil(backAt - at)),
    )
  }

  const halfOpened = (ctx: Context, key: string): void =>
    announce(() => ctx.emit('circuit:half-opened', { key }))

  return {
    enter(ctx, circuit) {
      const { key, state, column } = circuit
      // A closed circuit does not care what time it is: no clock is read.
      const at = state === 'closed' ? 0 : ctx.clock.now()
      const ticket = circuit.admit(at)
      if (ticket === REJECTED) return held(ctx, circuit, at)
      if (state === 'open') halfOpened(ctx, key)
      // The last probe is out: a queue outside must not send all that it holds after it (T45).
      if (circuit.busy) column.tell(ctx, 'open', at + PROBES_OUT_MS)
      return ticket
    },
    isolated(ctx, circuit) {
      const at = ctx.clock.now()
      return reject(ctx, circuit, 'banned', at, at + ISOLATED_MS)
    },
  }
}
