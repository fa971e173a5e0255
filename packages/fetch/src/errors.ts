import { faultOf, hasCode, HoldfastError } from '@holdfast/core'
import type { Fault } from '@holdfast/core'

import { responseOf } from './answered.ts'
import type { Answered } from './answered.ts'

/**
 * Thrown inside the pipeline for an HTTP answer that is none: an error status, or a 200 with an error, a web page, half a
 * JSON or nothing in it. The caller of `fetch` gets the response itself wherever a client can tell it from an answer.
 */
export class HttpError extends HoldfastError {
  override readonly name = 'HttpError'
  readonly code = 'HOLDFAST_HTTP'
  readonly userMessage = 'The service could not answer. Please try again later.'
  readonly status: number
  readonly headers: Headers
  readonly body: string
  readonly #answered: Answered

  constructor(fault: Fault, answered: Answered) {
    super(fault)
    this.status = answered.status
    this.headers = answered.headers
    this.body = answered.text
    this.#answered = answered
  }
  /** The answer as it came, made anew each time it is asked for: nobody can have read it before you. */
  get response(): Response {
    return responseOf(this.#answered, this.#answered.bytes)
  }
  static override is(error: unknown): error is HttpError {
    return hasCode(error, 'HOLDFAST_HTTP')
  }
}

/**
 * Stands for an error of the connection where the host would take the error itself for a reason to try again.
 * `error` is that one: not `cause`, for hosts search the chain of causes.
 */
export class UpstreamError extends HoldfastError {
  override readonly name = 'UpstreamError'
  readonly code = 'HOLDFAST_UPSTREAM'
  readonly userMessage = 'The service could not be reached. Please try again later.'
  readonly error: unknown

  constructor(fault: Fault, error: unknown) {
    super(fault)
    this.error = error
  }
  static override is(error: unknown): error is UpstreamError {
    return hasCode(error, 'HOLDFAST_UPSTREAM')
  }
}

/** Thrown instead of sending a request whose body has been read: it would go out empty (T34). */
export class BodyConsumedError extends HoldfastError {
  override readonly name = 'BodyConsumedError'
  readonly code = 'HOLDFAST_BODY_CONSUMED'
  readonly userMessage = 'The request could not be sent again.'

  constructor(url: string) {
    const what = `The request to ${bare(url)} cannot be sent (again)`
    super(faultOf('invalid-request', `${what}: its body is a stream, and has been read`))
  }
  static override is(error: unknown): error is BodyConsumedError {
    return hasCode(error, 'HOLDFAST_BODY_CONSUMED')
  }
}

/** Gemini takes its key in the query. */
const bare = (url: string): string => url.replace(/[?#].*$/, '')
