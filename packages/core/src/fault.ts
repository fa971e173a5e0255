/** Why a call failed, as one word of a closed list. `docs/faults.md` says what each policy does with each. */
export type FaultKind =
  | 'rate-limited'
  | 'quota-exhausted'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'network'
  | 'incomplete'
  | 'context-window'
  | 'invalid-request'
  | 'auth'
  | 'permission'
  | 'model-unavailable'
  | 'content-filtered'
  | 'refused'
  | 'empty'
  | 'truncated'
  | 'invalid-output'
  | 'circuit-open'
  | 'limited'
  | 'budget-exhausted'
  | 'deadline-exceeded'
  | 'aborted'
  | 'unknown'

/** How far a fault reaches: this request only, everything under this key, this model, or the whole provider. */
export type FaultScope = 'request' | 'key' | 'model' | 'provider'

/** What is known about a failure. Every policy reads the same one: it is computed once per attempt. */
export interface Fault {
  readonly kind: FaultKind
  /** May the same request to the same target succeed later? */
  readonly retryable: boolean
  readonly scope: FaultScope
  /** HTTP status, when there was one. */
  readonly status?: number
  /** The provider's own machine code (`insufficient_quota`, `ECONNRESET`), when there was one. */
  readonly code?: string
  /** How long the provider asked us to wait, in milliseconds. A floor: nobody comes back earlier. */
  readonly retryAfterMs?: number
  readonly provider?: string
  readonly requestId?: string
  /** For logs, not for end users: it may quote the provider. */
  readonly message: string
}

/** A user's own reading of an error; returns undefined to pass it on to the built-in table. */
export type Classifier = (
  error: unknown,
  at: { readonly provider: string; readonly now: number },
) => Fault | undefined

/** What the table of `docs/faults.md` says when nothing more is known. */
export const RETRYABLE: Readonly<Record<FaultKind, boolean>> = {
  'rate-limited': true,
  'quota-exhausted': false,
  overloaded: true,
  server: true,
  timeout: true,
  network: true,
  incomplete: true,
  'context-window': false,
  'invalid-request': false,
  auth: false,
  permission: false,
  'model-unavailable': false,
  'content-filtered': false,
  refused: false,
  empty: true,
  truncated: true,
  'invalid-output': true,
  'circuit-open': false,
  limited: false,
  'budget-exhausted': false,
  'deadline-exceeded': false,
  aborted: false,
  unknown: false,
}
