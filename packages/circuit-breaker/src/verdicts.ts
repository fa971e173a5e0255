import type { Context, Fault } from '@holdfast/core'

import { breakMs } from './break-time.ts'
import { shun, write } from './column.ts'
import { evacuate } from './evacuation.ts'
import type { KeyedCircuit } from './keyed-circuit.ts'
import type { CircuitBreakerSettings } from './options.ts'
import type { Complaint } from './rules.ts'

/** What the end of a call, or its being late, means for its circuit. */
export interface Verdicts {
  readonly succeeded: (ctx: Context, circuit: KeyedCircuit, ticket: number, slow: boolean) => void
  readonly failed: (
    ctx: Context,
    circuit: KeyedCircuit,
    ticket: number,
    error: unknown,
    slow: boolean,
  ) => void
  /** It has no answer yet, and that is held against the target now. */
  readonly late: (ctx: Context, circuit: KeyedCircuit, ticket: number) => void
}

export const verdicts = (
  settings: CircuitBreakerSettings,
  announce: (tell: () => void) => void,
): Verdicts => {
  const counted = new Set(settings.on)
  const permanent = new Set(settings.tripOn)

  const succeeded = (ctx: Context, circuit: KeyedCircuit, ticket: number, slow: boolean): void => {
    if (slow) return complain(ctx, circuit, ticket, { failed: false, slow, fatal: false })
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
    const fatal = permanent.has(fault.kind)
    if (fatal || counted.has(fault.kind))
      return complain(ctx, circuit, ticket, { failed: true, slow, fatal }, fault)
    const wasBusy = circuit.busy
    circuit.release(ticket)
    // The probe said nothing: the next one may come at once. A call of before the break takes no probe's place.
    if (wasBusy && !circuit.busy) write(ctx, 'open', 0)
  }

  /** Holds something against the target. Without a fault it answered, or is still to, and that too late. */
  const complain = (
    ctx: Context,
    circuit: KeyedCircuit,
    ticket: number,
    why: Complaint,
    fault?: Fault,
  ): void => {
    const before = circuit.state
    const at = ctx.clock.now()
    circuit.fail(ticket, why, at, (openings) =>
      breakMs(settings, { openings, fault }, why.fatal, ctx.random),
    )
    if (circuit.state === before) return
    const { key, until } = circuit
    shun(ctx, why.fatal ? 'banned' : 'open', until)
    announce(() => ctx.emit('circuit:opened', { key, openMs: until - at, fault }))
    evacuate(circuit.waiting, key, until - at)
  }

  return {
    succeeded,
    failed,
    late: (ctx, circuit, ticket) =>
      complain(ctx, circuit, ticket, { failed: true, slow: true, fatal: false }),
  }
}
