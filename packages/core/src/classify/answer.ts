import type { Fault } from '../fault.ts'
import { conclude, type ClassifyOptions } from './classify.ts'
import { gather } from './evidence.ts'

/** An HTTP answer whose body has been read, as text or as the value that its JSON stands for. */
export interface AnswerLike {
  readonly status: number
  readonly headers?: unknown
  readonly body?: unknown
}

/**
 * Says what is wrong with an HTTP answer, or undefined when nothing is: also HTTP 200 with an error inside.
 *
 * It reads the envelope only: whether the answer is any good is for a dialect and a validator to say.
 */
export function faultInAnswer(
  answer: AnswerLike,
  options: ClassifyOptions = {},
): Fault | undefined {
  const { status, body } = answer
  if (status >= 300) return conclude(gather(answer), options, 'unknown')
  if (status === 204 || (body !== undefined && isEmpty(body))) {
    return { ...conclude(gather({ status }), options, 'empty'), scope: 'provider' }
  }
  if (typeof body !== 'string') return faultInFrame(body, options, answer)
  const text = body.trimStart()
  if (text.startsWith('<')) return conclude(gather(answer), options, 'unknown')
  // Plain text (which may well begin with a bracket) and event streams are not ours to judge.
  if (!/^(?:\{\s*"|\[\s*\{)/.test(text)) return undefined
  try {
    return faultInFrame(JSON.parse(text), options, answer)
  } catch {
    return conclude(gather({ status }), options, 'incomplete')
  }
}

const isEmpty = (body: unknown): boolean =>
  body === null ||
  (typeof body === 'string' && /^(?:null|\{\s*\})?$/.test(body.trim())) ||
  (typeof body === 'object' && Object.keys(body).length === 0)

/**
 * Says what an error frame of a stream, or an error body with HTTP 200, reports; undefined for any other frame.
 *
 * The same code path as for the equivalent HTTP error.
 */
export function faultInFrame(
  frame: unknown,
  options: ClassifyOptions = {},
  around: unknown = frame,
): Fault | undefined {
  if (!reportsError(frame)) return undefined
  const blocked = Boolean((frame as { promptFeedback?: unknown }).promptFeedback)
  return conclude(gather(around), options, blocked ? 'content-filtered' : 'server')
}

type Json = Readonly<Record<string, unknown>>

// Cohere and OpenRouter end a broken stream with a reason, DeepSeek with the name of what it ran out of.
const BROKEN_OFF = /^error|^timeout|insufficient_system/i

function reportsError(frame: unknown): boolean {
  if (Array.isArray(frame)) return frame.some(reportsError)
  if (!isObject(frame)) return false
  const { error, type, object, response, promptFeedback, delta, choices } = frame
  if (error || type === 'error' || object === 'error' || frame[':exception-type']) return true
  if (isObject(response) && response['error']) return true
  if (isObject(promptFeedback) && promptFeedback['blockReason']) return true
  return [frame, delta, ...listOf(choices)].some(
    (part) => isObject(part) && BROKEN_OFF.test(String(part['finish_reason'])),
  )
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const ENDS = /^(?:message_stop|message-end|messageStop|response\.(?:completed|incomplete|failed))$/

/**
 * Says whether a frame is the one that ends an answer properly; a stream that ends without one was cut.
 *
 * A `finish_reason` counts, `[DONE]` does not: gateways send it after a cut, and some APIs never send it.
 */
export function endsAnswer(frame: unknown): boolean {
  if (Array.isArray(frame)) return frame.some(endsAnswer)
  if (!isObject(frame)) return false
  const { type, done, promptFeedback, messageStop, choices, candidates } = frame
  if (ENDS.test(String(type)) || done === true || messageStop) return true
  if (isObject(promptFeedback) && promptFeedback['blockReason']) return true
  return [...listOf(choices), ...listOf(candidates)].some(
    (choice) => isObject(choice) && Boolean(choice['finish_reason'] ?? choice['finishReason']),
  )
}
