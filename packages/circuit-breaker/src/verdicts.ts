import type { Context, Fault } from '@holdfast/core'

import type { Announce } from './announce.ts'
import { breakMs } from './break-time.ts'
import { evacuate } from './evacuation.ts'
import type { KeyedCircuit } from './keyed-circuit.ts'
import type { CircuitBreakerSettings } from './options.ts'
import type { Complaint } from './rules.ts'

/** A call that was let in. */
export interface Admission {
  readonly ctx: Context
  readonly circuit: KeyedCircuit
  readonly ticket: number
  /** What it has to say is known before its end: that counts no more. */
  told: boolean
}

/** What becomes of a call means this for its circuit. */
export interface Verdicts {
  /** The first content of a stream has come. */
  readonly begun: (call: Admission, slow: boolean) => void
  readonly succeeded: (call: Admission, slow: boolean) => void
  readonly failed: (call: Admission, slow: boolean, error: unknown) => void
  /** It has no answer yet, and that is held against the target now. */
  readonly late: (call: Admission) => void
  /** Its caller has left it; its provider may not listen. */
  readonly left: (call: Admission, reason: unknown) => void
}

const SLOW: Complaint = { failed: false, slow: true, fatal: false }
const LATE: Complaint = { failed: true, slow: true, fatal: false }

export const verdicts = (settings: CircuitBreakerSettings, announce: Announce): Verdicts => {
  const counted = new Set(settings.on)
  const permanent = new Set(settings.tripOn)

  const recovered = ({ ctx, circuit: { key, column } }: Admission): void => {
    column.heal()
    announce(() => ctx.emit('circuit:closed', { key }))
  }

  /** Holds something against the target. Without a fault it answered, or is still to, and that too late. */
  const complain = ({ ctx, circuit, ticket }: Admission, why: Complaint, fault?: Fault): void => {
    const { key, column, state, banned, waiting } = circuit
    const at = ctx.clock.now()
    const opened = circuit.fail(ticket, why, at, (openings) =>
      breakMs(settings, { openings, fault }, why.fatal, ctx.random),
    )
    if (!opened) return
    column.tell(ctx, why.fatal ? 'banned' : 'open', circuit.until)
    // Of a break that only became longer everybody has heard; a key that turns out to be revoked is news.
    if (state === 'open' && banned === why.fatal) return
    const openMs = Math.round(circuit.until - at)
    announce(() => ctx.emit('circuit:opened', { key, openMs, fault }))
    evacuate(waiting, key, openMs)
  }

  const begun = (call: Admission, slow: boolean): void => {
    const { circuit, ticket } = call
    if (circuit.state === 'closed') return
    if (slow) complain(call, SLOW)
    else if (circuit.begin(ticket)) recovered(call)
  }

  const succeeded = (call: Admission, slow: boolean): void => {
    const { ctx, circuit, ticket, told } = call
    circuit.inFlight--
    if (told) return
    if (slow) complain(call, SLOW)
    else if (circuit.succeed(ticket, ctx.call.at)) recovered(call)
  }

  const judge = (call: Admission, slow: boolean, error: unknown): void => {
    const { ctx, circuit, ticket } = call
    const fault = ctx.classify(error)
    const fatal = permanent.has(fault.kind)
    if (fatal || counted.has(fault.kind))
      return complain(call, { failed: true, slow, fatal }, fault)
    const wasBusy = circuit.busy
    circuit.release(ticket)
    // The probe said nothing: the next one may come at once. A call of before the break takes no probe's place.
    if (wasBusy && !circuit.busy) circuit.column.tell(ctx, 'open', 0)
  }

  const failed = (call: Admission, slow: boolean, error: unknown): void => {
    call.circuit.inFlight--
    if (!call.told) judge(call, slow, error)
  }

  const late = (call: Admission): void => {
    call.told = true
    complain(call, LATE)
  }

  const left = (call: Admission, reason: unknown): void => {
    call.told = true
    judge(call, false, reason)
  }
  return { begun, succeeded, failed, late, left }
}
