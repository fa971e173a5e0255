import type { PipelineDescription } from './describe.ts'
import type { Dialect } from './dialect.ts'
import type { Events } from './events.ts'
import type { CallReport } from './record.ts'

/** How one call differs from another. A `Context` fits too: that is how pipelines nest. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Monotonic milliseconds of the pipeline's clock, as in `ctx.deadline`. */
  readonly deadline?: number
  readonly callId?: string
}

/** A pipeline, ready to be called; itself a provider, so that pipelines nest. */
export interface Handler<Req, Res> {
  (request: Req, options?: CallOptions): Promise<Res>
  /** The answer together with what the call did; `report` settles when the answer is over. */
  withReport(
    request: Req,
    options?: CallOptions,
  ): Promise<{ readonly response: Res; readonly report: Promise<CallReport> }>
  readonly events: Events
  /** How its answers are read, for adapters around it. */
  readonly dialect: Dialect | undefined
  /** The names of the policies, outermost first. */
  readonly policies: readonly string[]
  /** What the chain can cost at worst, before any call, and what in it is doubtful. */
  describe(): PipelineDescription
}

const HANDLER: unique symbol = Symbol.for('holdfast.handler') as never

/** Was this function built by `pipeline` (of whichever copy of core)? */
export const isHandler = (value: unknown): value is Handler<never, never> =>
  typeof value === 'function' && HANDLER in value

export const markHandler = (fn: object): object =>
  Object.defineProperty(fn, HANDLER, { value: true })
