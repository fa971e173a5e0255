import { RETRYABLE, type Fault, type FaultKind } from './fault.ts'

/** Marks our errors across copies of the package: a name is shared, a class is not. A symbol as a computed name would keep bundlers from dropping the class. */
const BRAND = '~holdfast.error'

/** What is known of a fault beyond its kind; the rest follows the table of faults. */
export type FaultDetails = Partial<Omit<Fault, 'kind' | 'message'>>

/** A fault from its kind, with the table's answer for whatever is not given. */
export const faultOf = (kind: FaultKind, message: string, details: FaultDetails = {}): Fault => ({
  kind,
  retryable: RETRYABLE[kind],
  scope: 'request',
  message,
  ...details,
})

/**
 * Root of every error that holdfast itself throws; provider errors pass through untouched.
 * Test with `X.is(error)`, not `instanceof`: two copies of a package must recognise each other (T80).
 */
export abstract class HoldfastError extends Error {
  /** Stable and greppable. */
  abstract readonly code: `HOLDFAST_${string}`
  /** How policies see it: an error brings its own classification, so that core knows no policy package. */
  readonly fault: Fault
  /** A sentence fit for an end user: no provider text, no key, no number of a plan. */
  abstract readonly userMessage: string

  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options)
    this.fault = fault
  }

  /** The brand. On the prototype: defining it on each error would cost more than the rest of making one. */
  get '~holdfast.error'(): true {
    return true
  }

  static is(error: unknown): error is HoldfastError {
    return typeof error === 'object' && error !== null && BRAND in error
  }
}

/** True for an error of ours with this code, whichever copy of the package made it. */
export const hasCode = (error: unknown, code: `HOLDFAST_${string}`): boolean =>
  HoldfastError.is(error) && error.code === code

/** Thrown while something is built (an option, the order of a pipeline), or when a policy breaks the contract. */
export class ConfigurationError extends HoldfastError {
  override readonly name = 'ConfigurationError'
  readonly code = 'HOLDFAST_CONFIGURATION'
  readonly userMessage = 'The service is set up wrongly. Please tell its operator.'
  constructor(message: string) {
    super(faultOf('invalid-request', message))
  }
  static override is(error: unknown): error is ConfigurationError {
    return hasCode(error, 'HOLDFAST_CONFIGURATION')
  }
}

const LATE = { answer: 'No answer', idle: 'No more content', total: 'The stream did not end' }

/** Thrown by `timeout` when one attempt took too long. */
export class TimeoutError extends HoldfastError {
  override readonly name = 'TimeoutError'
  readonly code = 'HOLDFAST_TIMEOUT'
  readonly userMessage = 'The answer took too long. Please try again.'
  readonly timeoutMs: number
  /** Which of its limits: that of the answer (or first content), of a pause in the stream, or of the whole stream. */
  readonly phase: 'answer' | 'idle' | 'total'
  constructor(timeoutMs: number, phase: TimeoutError['phase'] = 'answer') {
    super(faultOf('timeout', `${LATE[phase]} within ${Math.round(timeoutMs)} ms`))
    this.timeoutMs = timeoutMs
    this.phase = phase
  }
  static override is(error: unknown): error is TimeoutError {
    return hasCode(error, 'HOLDFAST_TIMEOUT')
  }
}

/** Thrown by `deadline` when the whole call, waits and all attempts included, took too long. */
export class DeadlineExceededError extends HoldfastError {
  override readonly name = 'DeadlineExceededError'
  readonly code = 'HOLDFAST_DEADLINE_EXCEEDED'
  readonly userMessage = 'The answer took too long. Please try again.'
  readonly timeoutMs: number
  constructor(timeoutMs: number) {
    super(
      faultOf(
        'deadline-exceeded',
        `The call did not finish within its ${Math.round(timeoutMs)} ms`,
      ),
    )
    this.timeoutMs = timeoutMs
  }
  static override is(error: unknown): error is DeadlineExceededError {
    return hasCode(error, 'HOLDFAST_DEADLINE_EXCEEDED')
  }
}
