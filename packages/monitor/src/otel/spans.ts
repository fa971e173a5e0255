import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Tracer,
} from '@opentelemetry/api'

import type { AttemptEntry, CallEntry } from '../entry.ts'
import type { Monitor } from '../monitor.ts'
import { attemptSpanAttributes, callSpanAttributes } from './attributes.ts'

/** Calls that have begun and not ended; beyond this the oldest loses its parent, not its span. */
const MAX_OPEN = 10_000

/**
 * One span per call with a span per attempt inside, made when the call has ended. Its parent is what was active when
 * the call began: the request that your server was answering.
 */
export const exportSpans = (watch: Pick<Monitor, 'on'>, tracer: Tracer): (() => void) => {
  const parents = new Map<string, Context>()
  const stops = [
    watch.on('started', ({ callId }) => {
      if (parents.size >= MAX_OPEN) parents.delete(parents.keys().next().value as string)
      // Told while the caller is still on the stack: what is active is the caller's.
      parents.set(callId, context.active())
    }),
    watch.on('call', (call) => {
      const parent = parents.get(call.callId) ?? context.active()
      parents.delete(call.callId)
      spanOf(tracer, call, parent)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

const spanOf = (tracer: Tracer, call: CallEntry, parent: Context): void => {
  const startTime = call.at - call.durationMs
  const span = tracer.startSpan(
    `holdfast ${call.route}`,
    { kind: SpanKind.INTERNAL, startTime, attributes: callSpanAttributes(call) },
    parent,
  )
  const inside = trace.setSpan(parent, span)
  for (const attempt of call.attempts) attemptSpan(tracer, attempt, call, inside)
  // The kind, not the message: it may quote a provider, or a prompt.
  if (call.outcome === 'failed')
    span.setStatus({ code: SpanStatusCode.ERROR, message: call.fault?.kind ?? 'unknown' })
  span.end(call.at)
}

const attemptSpan = (
  tracer: Tracer,
  attempt: AttemptEntry,
  call: CallEntry,
  parent: Context,
): void => {
  const startTime = call.at - call.durationMs + (attempt.startedMs ?? 0)
  const span = tracer.startSpan(
    `chat ${attempt.model ?? attempt.target}`,
    { kind: SpanKind.CLIENT, startTime, attributes: attemptSpanAttributes(attempt) },
    parent,
  )
  if (attempt.fault !== undefined && attempt.fault.kind !== 'aborted')
    span.setStatus({ code: SpanStatusCode.ERROR, message: attempt.fault.kind })
  // One that is still under way (a hedge that lost) is shown until the call was over.
  span.end(attempt.durationMs === undefined ? call.at : startTime + attempt.durationMs)
}
