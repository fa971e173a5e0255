import { faultInFrame } from '../classify/index.ts'
import type { Context } from '../context.ts'
import type { Seen } from '../dialect.ts'
import { faultOf, hasCode, HoldfastError } from '../errors.ts'
import type { Fault, FaultKind } from '../fault.ts'
import type { AbortScope } from '../scope.ts'

/**
 * Thrown by a stream that did not come to its end: cut, stalled, reset, or with an error frame in it.
 * `fault` says why, `cause` is what was thrown or reported, `partial` is what had come.
 */
export class StreamInterruptedError extends HoldfastError {
  override readonly name = 'StreamInterruptedError'
  readonly code = 'HOLDFAST_STREAM_INTERRUPTED'
  readonly userMessage = 'The answer broke off. Please try again.'
  /** What had come, the tool calls included; `toolOpen` says whether the last of them is half of one. */
  readonly partial: Readonly<Seen>

  constructor(fault: Fault, seen: Readonly<Seen>, cause?: unknown) {
    super(fault, cause === undefined ? undefined : { cause })
    this.partial = { ...seen, tools: seen.tools.map((tool) => ({ ...tool })) }
  }
  static override is(error: unknown): error is StreamInterruptedError {
    return hasCode(error, 'HOLDFAST_STREAM_INTERRUPTED')
  }
}

/** The reason of a consumer who stopped reading: nobody's failure. */
export class StreamCancelledError extends HoldfastError {
  override readonly name = 'StreamCancelledError'
  readonly code = 'HOLDFAST_STREAM_CANCELLED'
  readonly userMessage = 'The answer was stopped.'
  constructor(cause?: unknown) {
    super(
      faultOf('aborted', 'The consumer stopped reading'),
      cause === undefined ? undefined : { cause },
    )
  }
  static override is(error: unknown): error is StreamCancelledError {
    return hasCode(error, 'HOLDFAST_STREAM_CANCELLED')
  }
}

/**
 * What the policies hear of a consumer who left. A reason of his own would be taken for a failure of the provider's: an
 * `AbortError` of a page that was closed reads like the timeout of an SDK (T11).
 */
export const cancelledBy = (reason: unknown): HoldfastError =>
  HoldfastError.is(reason) ? reason : new StreamCancelledError(reason)

/** What the reading of a stream needs of a context. */
export type Reading = Pick<Context, 'scope' | 'classify'>

/** What a stream fails with: the very thing that was thrown where that can be, and one typed error where content was lost. */
export const breakOf = (
  cause: unknown,
  seen: Readonly<Seen>,
  ctx: Reading,
  scope: AbortScope,
  opened: boolean,
): unknown => {
  if (scope.aborted && !HoldfastError.is(scope.reason)) return scope.reason
  // Timeouts and deadlines say nothing of what had come; whoever judged the answer has said it all.
  const ours = HoldfastError.is(cause)
  if (ours && !(opened && TIMES.has(cause.fault.kind))) return cause
  if (!opened && cause instanceof Error) return cause
  return new StreamInterruptedError(ours ? cause.fault : faultFor(cause, ctx), seen, cause)
}

const TIMES: ReadonlySet<FaultKind> = new Set(['timeout', 'deadline-exceeded'])

/** An error frame tells less than an error with its status: what no rule knows is the provider's failure. */
const faultFor = (cause: unknown, ctx: Reading): Fault => {
  const fault = ctx.classify(cause)
  if (fault.kind !== 'unknown' || cause instanceof Error) return fault
  return faultInFrame(cause) ?? faultInFrame({ error: cause }) ?? fault
}
