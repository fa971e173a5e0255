import type { Fault } from '@holdfast/core'

import type { AttemptEntry, CallEntry } from '../entry.ts'
import type { Monitor } from '../monitor.ts'
import { maskCredentials } from './mask.ts'
import { redact, type Texts } from './redact.ts'
import { storyOf } from './story.ts'

/** What is asked of a logger; pino, and what is shaped like it, fits. */
export interface FailureLogger {
  error(record: object, message: string): void
  warn(record: object, message: string): void
}

export interface LogOptions {
  /** What becomes of the texts of requests. @default 'hidden': their length and a fingerprint */
  readonly texts?: Texts
}

const faultOf = ({ kind, status, code, requestId, message }: Fault): object => ({
  kind,
  ...(status !== undefined && { status }),
  ...(code !== undefined && { code }),
  ...(requestId !== undefined && { requestId }),
  message: maskCredentials(message),
})

const attemptOf = (attempt: AttemptEntry): object => ({
  target: attempt.target,
  model: attempt.servedModel ?? attempt.model,
  outcome: attempt.outcome,
  ...(attempt.fault !== undefined && { fault: faultOf(attempt.fault) }),
  durationMs: attempt.durationMs,
  usage: attempt.usage,
  costUsd: attempt.costUsd,
})

/** What a provider's error says beside its message; its headers hold request ids, and may hold more. */
const errorOf = (error: unknown): object => {
  if (typeof error !== 'object' || error === null)
    return { message: maskCredentials(String(error)) }
  const { name, message, code } = error as Record<string, unknown>
  const text = (it: unknown): string | undefined =>
    typeof it === 'string' ? maskCredentials(it.slice(0, 1_000)) : undefined
  return { name: text(name), message: text(message), code: text(code) }
}

/** A call as a log record: everything about it, and nothing that is a secret. */
const recordOf = (call: CallEntry, texts: Texts): object => ({
  event: `call:${call.outcome}`,
  route: call.route,
  callId: call.callId,
  durationMs: call.durationMs,
  backoffMs: call.backoffMs,
  ...(call.fault !== undefined && { fault: faultOf(call.fault), error: errorOf(call.error) }),
  attempts: call.attempts.map(attemptOf),
  served: call.served?.target,
  degraded: call.degraded,
  cache: call.cache?.status,
  costUsd: call.costUsd,
  wastedUsd: call.wastedUsd,
  ...(call.request !== undefined && { request: redact(call.request, texts) }),
})

/** Did something go wrong on the way to a good end? */
const wasSaved = ({ outcome, attempts, degraded, cache }: CallEntry): boolean =>
  outcome === 'succeeded' &&
  (degraded ||
    cache?.status === 'stale' ||
    attempts.some(({ fault }) => fault !== undefined && fault.kind !== 'aborted'))

/**
 * Logs one line for each call that failed (`error`), or that was saved by a retry, another target, a stale answer or a
 * stand-in (`warn`): what was tried, why it failed, who served. Callers who left are no line. Credentials are masked
 * and prompts hidden.
 *
 * @returns stops logging
 * @example
 * logFailures(watch, pino())
 */
export const logFailures = (
  watch: Pick<Monitor, 'on'>,
  logger: FailureLogger,
  { texts = 'hidden' }: LogOptions = {},
): (() => void) =>
  watch.on('call', (call) => {
    if (call.outcome === 'failed') logger.error(recordOf(call, texts), storyOf(call))
    else if (wasSaved(call)) logger.warn(recordOf(call, texts), storyOf(call))
  })
