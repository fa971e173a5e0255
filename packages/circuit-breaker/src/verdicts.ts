import type { Context, Fault } from '@holdfast/core'

import { breakMs } from './break-time.ts'
import { evacuate } from './evacuation.ts'
import type { KeyedCircuit } from './keyed-circuit.ts'
import type { CircuitBreakerSettings } from './options.ts'
import type { Complaint } from './rules.ts'

/** What becomes of a call means this for its circuit. */
export interface Verdicts {
  /** The first content of a stream has come. */
  begun(ctx: Context, circuit: KeyedCircuit, ticket: number, slow: boolean): void
  succeeded(ctx: Context, circuit: KeyedCircuit, ticket: number, slow: boolean): void
  failed(ctx: Context, circuit: KeyedCircuit, ticket: number, slow: boolean, error: unknown): void
  /** It has no answer yet, and that is held against the target now. */
  late(ctx: Context, circuit: KeyedCircuit, ticket: number): void
}

const SLOW: Complaint = { failed: false, slow: true, fatal: false }
const LATE: Complaint = { failed: true, slow: true, fatal: false }

export const verdicts = (
  settings: CircuitBreakerSettings,
  announce: (tell: () => void) => void,
): Verdicts => {
  const counted = new Set(settings.on)
  const permanent = new Set(settings.tripOn)

  const closed = (ctx: Context, { key, column }: KeyedCircuit): void => {
    column.heal()
    announce(() => ctx.emit('circuit:closed', { key }))
  }

  /** Holds something against the target. Without a fault it answered, or is still to, and that too late. */
  const complain = (
    ctx: Context,
    circuit: KeyedCircuit,
    ticket: number,
    why: Complaint,
    fault?: Fault,
  ): void => {
    const { state } = circuit
    const at = ctx.clock.now()
    const opened = circuit.fail(ticket, why, at, (openings) =>
      breakMs(settings, { openings, fault }, why.fatal, ctx.random),
    )
    if (!opened) return
    const { key, until, column } = circuit
    column.tell(ctx, why.fatal ? 'banned' : 'open', until)
    // Of a break that only became longer everybody has heard.
    if (state === 'open') return
    announce(() => ctx.emit('circuit:opened', { key, openMs: until - at, fault }))
    evacuate(circuit.waiting, key, until - at)
  }

  return {
    begun(ctx, circuit, ticket, slow) {
      if (circuit.state === 'closed') return
      if (slow) return complain(ctx, circuit, ticket, SLOW)
      if (circuit.begin(ticket)) closed(ctx, circuit)
    },
    succeeded(ctx, circuit, ticket, slow) {
      if (slow) return complain(ctx, circuit, ticket, SLOW)
      if (circuit.succeed(ticket, ctx.call.at)) closed(ctx, circuit)
    },
    failed(ctx, circuit, ticket, slow, error) {
      const fault = ctx.classify(error)
      const fatal = permanent.has(fault.kind)
      if (fatal || counted.has(fault.kind))
        return complain(ctx, circuit, ticket, { failed: true, slow, fatal }, fault)
      const wasBusy = circuit.busy
      circuit.release(ticket)
      // The probe said nothing: the next one may come at once. A call of before the break takes no probe's place.
      if (wasBusy && !circuit.busy) circuit.column.tell(ctx, 'open', 0)
    },
    late: (ctx, circuit, ticket) => complain(ctx, circuit, ticket, LATE),
  }
}
