import type { Fault } from '../fault.ts'
import { conclude, judge, type ClassifyOptions } from './classify.ts'
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
  if (status >= 300) return judge(answer, options, 'unknown')
  if (status === 204 || (body !== undefined && isEmpty(body)))
    return conclude(gather({ status }), options, { meaning: ['empty', 'provider'] })
  if (typeof body !== 'string') return faultInFrame(body, options, answer)
  const text = body.trimStart()
  if (text.startsWith('<')) return judge(answer, options, 'unknown')
  // Plain text (which may well begin with a bracket) and event streams are not ours to judge.
  if (!/^(?:\{\s*"|\[\s*\{)/.test(text)) return undefined
  try {
    return faultInFrame(JSON.parse(text), options, answer)
  } catch {
    return conclude(gather({ status }), options, { meaning: ['incomplete'] })
  }
}

const isEmpty = (body: unknown): boolean =>
  body === null ||
  (typeof body === 'string' && /^\s*(?:null|\{\s*\})?\s*$/.test(body)) ||
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
  return judge(around, options, field(frame, 'promptFeedback') ? 'content-filtered' : 'server')
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined

/** Where frames keep the reason why they are the last. */
const partsOf = (frame: unknown): readonly unknown[] => [
  frame,
  field(frame, 'delta'),
  ...['choices', 'candidates'].flatMap((name) => field(frame, name) ?? []),
]

// Cohere and OpenRouter end a broken stream with a reason, DeepSeek with the name of what it ran out of.
const BROKEN_OFF = /^error|^timeout|insufficient_system/i

function reportsError(frame: unknown): boolean {
  if (Array.isArray(frame)) return frame.some(reportsError)
  const error = field(frame, 'error')
  return (
    Boolean(error && !isEmpty(error)) ||
    field(frame, 'type') === 'error' ||
    field(frame, 'object') === 'error' ||
    // Bedrock: `:exception-type`, or `{ throttlingException: { … } }`.
    Object.keys(frame ?? {}).some((name) => /exception/i.test(name)) ||
    Boolean(field(field(frame, 'response'), 'error')) ||
    isBlocked(frame) ||
    partsOf(frame).some((part) => BROKEN_OFF.test(String(field(part, 'finish_reason'))))
  )
}

const isBlocked = (frame: unknown): boolean =>
  Boolean(field(field(frame, 'promptFeedback'), 'blockReason'))

const ENDS = /^(?:message_stop|message-end|messageStop|response\.(?:completed|incomplete|failed))$/

/**
 * Says whether a frame is the one that ends an answer properly; a stream that ends without one was cut.
 *
 * A `finish_reason` counts, `[DONE]` does not: gateways send it after a cut, and some APIs never send it.
 */
export function endsAnswer(frame: unknown): boolean {
  if (Array.isArray(frame)) return frame.some(endsAnswer)
  return (
    ENDS.test(String(field(frame, 'type'))) ||
    field(frame, 'done') === true ||
    Boolean(field(frame, 'messageStop')) ||
    isBlocked(frame) ||
    partsOf(frame).some((part) => field(part, 'finish_reason') ?? field(part, 'finishReason'))
  )
}
