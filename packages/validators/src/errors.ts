import { faultOf, hasCode, HoldfastError } from '@holdfast/core'
import type { Answer, FaultKind, FaultScope } from '@holdfast/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/** What is wrong with an answer, in the words of whoever found it, and where in the value. */
export type Issue = StandardSchemaV1.Issue

/** It is this model that answers so: another one that is healthy is a better bet than the same again. */
const SCOPES: Partial<Record<FaultKind, FaultScope>> = {
  empty: 'model',
  truncated: 'model',
  'invalid-output': 'model',
}

/**
 * Root of the errors about an answer that arrived and is no good.
 *
 * The answer is at hand but behind getters: neither the message nor a logger that copies properties shows what the
 * model wrote.
 */
export abstract class BadAnswerError extends HoldfastError {
  readonly userMessage: string = 'There was no usable answer. Please try again.'
  readonly #answer: Answer
  constructor(kind: FaultKind, message: string, answer: Answer) {
    super(faultOf(kind, message, { scope: SCOPES[kind] ?? 'request' }))
    this.#answer = answer
  }
  /** The answer as it was read. */
  get answer(): Answer {
    return this.#answer
  }
  /** The text of the answer, as the model wrote it; '' when there is none. */
  get output(): string {
    return this.#answer.text
  }
}

const EATEN = 'The answer is empty: the token limit was used up before it began'

/** The same target was asked often enough: `retry` is to leave it alone, `fallback` may go on. */
export const spent = (error: unknown): unknown => {
  if (error instanceof BadAnswerError)
    Object.defineProperty(error, 'fault', { value: { ...error.fault, retryable: false } })
  return error
}

/** Why there is nothing: nothing was said, or the token limit was used up, mostly by thinking, before a word was. */
export type EmptyCause = 'silence' | 'token-limit'

/** Thrown when an answer has neither text nor a tool call nor a file; thinking alone is nothing. */
export class EmptyAnswerError extends BadAnswerError {
  override readonly name = 'EmptyAnswerError'
  readonly code = 'HOLDFAST_EMPTY_ANSWER'
  readonly why: EmptyCause
  constructor(answer: Answer, why: EmptyCause = 'silence') {
    super('empty', why === 'silence' ? 'The answer is empty' : EATEN, answer)
    this.why = why
  }
  static override is(error: unknown): error is EmptyAnswerError {
    return hasCode(error, 'HOLDFAST_EMPTY_ANSWER')
  }
}

/** The faults of an answer that is not whole: a higher limit, a larger window, or another try mends it. */
export type CutKind = 'truncated' | 'context-window' | 'incomplete'

/** Thrown when an answer was cut before its end; `fault.kind` says by what. */
export class TruncatedAnswerError extends BadAnswerError {
  override readonly name = 'TruncatedAnswerError'
  readonly code = 'HOLDFAST_TRUNCATED_ANSWER'
  constructor(kind: CutKind, answer: Answer, by: string = answer.finish) {
    super(kind, `The answer was cut (${by})`, answer)
  }
  static override is(error: unknown): error is TruncatedAnswerError {
    return hasCode(error, 'HOLDFAST_TRUNCATED_ANSWER')
  }
}

/** Thrown when the model declined to answer: the wire says so, or its own words do. */
export class RefusedError extends BadAnswerError {
  override readonly name = 'RefusedError'
  readonly code = 'HOLDFAST_REFUSED'
  override readonly userMessage = 'This request was declined.'
  constructor(answer: Answer) {
    super('refused', 'The model refused to answer', answer)
  }
  /** The provider's category or the model's own words, where the wire has a field for them. */
  get refusal(): string | undefined {
    return this.answer.refusal
  }
  static override is(error: unknown): error is RefusedError {
    return hasCode(error, 'HOLDFAST_REFUSED')
  }
}

/** Thrown when the provider's safety filter stopped the answer. */
export class ContentFilteredError extends BadAnswerError {
  override readonly name = 'ContentFilteredError'
  readonly code = 'HOLDFAST_CONTENT_FILTERED'
  override readonly userMessage = 'This request was blocked by a content filter.'
  constructor(answer: Answer) {
    super('content-filtered', "The provider's content filter stopped the answer", answer)
  }
  static override is(error: unknown): error is ContentFilteredError {
    return hasCode(error, 'HOLDFAST_CONTENT_FILTERED')
  }
}

/** Thrown when an answer is whole and yet not what was asked for: no JSON, not of the schema, or failed by a `check`. */
export class InvalidOutputError extends BadAnswerError {
  override readonly name = 'InvalidOutputError'
  readonly code = 'HOLDFAST_INVALID_OUTPUT'
  readonly #issues: readonly Issue[]
  constructor(message: string, issues: readonly Issue[], answer: Answer) {
    super('invalid-output', message, answer)
    this.#issues = issues
  }
  /** What is wrong and where. Behind a getter like `output`: a schema's sentence may quote the model. */
  get issues(): readonly Issue[] {
    return this.#issues
  }
  static override is(error: unknown): error is InvalidOutputError {
    return hasCode(error, 'HOLDFAST_INVALID_OUTPUT')
  }
}
