import {
  boolean,
  callable,
  faultKinds,
  integer,
  optional,
  resolveOptions,
  type FaultKind,
  type Seam,
} from '@holdfast/core'

/** What restarting and resuming have in common. */
interface SequelOptions {
  /** After which faults; each must be retryable as well. */
  readonly on?: readonly FaultKind[]
  /** Are the route's tools safe to call twice? Otherwise nothing follows a stream that named a tool. @default false */
  readonly idempotentTools?: boolean
}

export interface RestartOptions extends SequelOptions {
  /** How often one answer may begin anew. @default 2 */
  readonly maxRestarts?: number
  /**
   * What stands for the seam in the chunks' own language, for consumers that do not read with seams. It must make them
   * forget what they have shown.
   */
  readonly seam?: (seam: Seam) => unknown
}

export interface ResumeOptions<Req = unknown> extends SequelOptions {
  /** How often one answer may be continued. @default 2 */
  readonly maxResumes?: number
  /**
   * The request that makes the model go on where `text` stops, for models without a native way. `text` ends with a word;
   * white space that was shown after it and comes again is taken out.
   * @default the dialect's native continuation; without one the error stays
   */
  readonly continueWith?: (request: Req, text: string) => Req
}

const BREAKS: readonly FaultKind[] = [
  'incomplete',
  'network',
  'timeout',
  'overloaded',
  'server',
  'rate-limited',
]

export const RESTART_DEFAULTS: Required<Omit<RestartOptions, 'seam'>> = {
  on: BREAKS,
  idempotentTools: false,
  maxRestarts: 2,
}
export const RESUME_DEFAULTS: Required<Omit<ResumeOptions, 'continueWith'>> = {
  // An answer that its token limit cut goes on as well as one that the network cut.
  on: [...BREAKS, 'truncated'],
  idempotentTools: false,
  maxResumes: 2,
}

export const resolveRestart = (
  given: RestartOptions | undefined,
): RestartOptions & typeof RESTART_DEFAULTS =>
  resolveOptions<RestartOptions & typeof RESTART_DEFAULTS>('interrupt', given, RESTART_DEFAULTS, {
    on: faultKinds,
    idempotentTools: boolean,
    maxRestarts: integer(1),
    seam: optional(callable),
  })

export const resolveResume = <Req>(
  given: ResumeOptions<Req> | undefined,
): ResumeOptions<Req> & typeof RESUME_DEFAULTS =>
  resolveOptions<ResumeOptions<Req> & typeof RESUME_DEFAULTS>('resume', given, RESUME_DEFAULTS, {
    on: faultKinds,
    idempotentTools: boolean,
    maxResumes: integer(1),
    continueWith: optional(callable),
  })
