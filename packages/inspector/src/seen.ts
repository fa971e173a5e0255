import type { CacheNote, Fault, HealthState, Skip, Usage } from '@holdfast/core'
import type { Alert, AttemptEntry, Snapshot } from '@holdfast/monitor'

/** One upstream request, as the page is told of it. Times in milliseconds from the begin of its call. */
export type SeenAttempt = Pick<
  AttemptEntry,
  | 'n'
  | 'target'
  | 'provider'
  | 'model'
  | 'servedModel'
  | 'outcome'
  | 'startedMs'
  | 'firstContentMs'
  | 'durationMs'
  | 'usage'
  | 'costUsd'
  | 'wasted'
> & { readonly fault: SeenFault | undefined }

/** Why something failed; the message is masked and cut. */
export type SeenFault = Pick<Fault, 'kind' | 'message' | 'scope' | 'retryable'> &
  Partial<Pick<Fault, 'status' | 'code' | 'requestId' | 'retryAfterMs'>>

/** Something that a policy did during a call. */
export interface Mark {
  readonly atMs: number
  readonly type: string
  readonly text: string
  /** Of waits: how long. */
  readonly lastsMs?: number
}

/** One call that is over. */
export interface SeenCall {
  /** Counts up: unique on this page, where the id of a call need not be. */
  readonly seq: number
  readonly callId: string
  readonly route: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** `aborted`: the caller left. */
  readonly outcome: 'succeeded' | 'failed' | 'aborted'
  readonly fault: SeenFault | undefined
  readonly durationMs: number
  readonly queuedMs: number
  readonly backoffMs: number
  readonly firstContentMs: number | undefined
  readonly attempts: readonly SeenAttempt[]
  readonly marks: readonly Mark[]
  readonly skipped: readonly Skip[]
  readonly cache: Pick<CacheNote, 'status' | 'ageMs'> | undefined
  readonly degraded: boolean
  /** The number of the attempt that answered. */
  readonly served: number | undefined
  readonly retries: number
  readonly fallbacks: number
  readonly usage: Usage
  readonly totalUsage: Usage
  readonly costUsd: number
  readonly wastedUsd: number
  readonly unpriced: number
  /** The call in one line. */
  readonly story: string
  /** What was asked, where it is known; its texts are hidden unless the inspector was told to show prompts. */
  readonly request?: unknown
}

/** A call that is still running. */
export interface RunningCall {
  readonly callId: string
  readonly route: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly attempts: number
  readonly target: string | undefined
  readonly model: string | undefined
  /** What it does: the text of the last thing that happened to it. */
  readonly doing: string
}

/** One second of one route: calls, failed ones, p50, p95, p99 in ms (of the good ones), US dollars. */
export type Second = readonly [
  calls: number,
  failed: number,
  p50: number | null,
  p95: number | null,
  p99: number | null,
  usd: number,
]

/** One second of all routes that had calls in it; `''` is all of them together. */
export interface Point {
  /** Milliseconds since 1970, at the end of the second. */
  readonly at: number
  readonly running: number
  readonly routes: Readonly<Record<string, Second>>
}

/** What policies know of one target, now. */
export interface SeenTarget {
  readonly state: HealthState
  /** Requests that were sent and have not come back, those that nobody waits for any more included. */
  readonly inFlight: number
  /** How many more requests it can take; undefined when nobody limits it. */
  readonly capacity: number | undefined
  /** Until it may be tried again, in milliseconds. */
  readonly opensInMs: number
  readonly p95FirstContentMs: number | undefined
  readonly p95TotalMs: number | undefined
}

/** Who waits where, and how often a limit said no. */
export interface SeenLimit {
  readonly waiting: number
  readonly rejected: number
  readonly pausedForMs: number
}

/** Something that concerns more than one call. */
export interface Moment {
  readonly at: number
  readonly type: string
  readonly key: string
  readonly text: string
  /** How often in a row. */
  readonly times: number
}

/** Everything that is so now, once a second. */
export interface Now {
  readonly snapshot: Snapshot
  readonly targets: Readonly<Record<string, SeenTarget>>
  readonly limits: Readonly<Record<string, SeenLimit>>
  readonly moments: readonly Moment[]
  readonly alerts: readonly Alert[]
}

/** The first message: all that is remembered. Also what is exported, and what the command line replays. */
export interface Recording {
  readonly holdfast: 'inspector'
  readonly version: 1
  /** Milliseconds since 1970. */
  readonly at: number
  readonly live: boolean
  readonly prompts: boolean
  readonly calls: readonly SeenCall[]
  readonly points: readonly Point[]
  readonly now: Now | undefined
}

/** Four times a second, while something happens. */
export interface Tick {
  readonly at: number
  readonly running: { readonly count: number; readonly longest: readonly RunningCall[] }
  readonly calls: readonly SeenCall[]
  /** Calls that were told of before, and of which an attempt has ended since. */
  readonly changed: readonly SeenCall[]
  /** How many calls ended that are not among `calls`: they are counted, and not shown. */
  readonly unshown: number
}

/** Every message by its name. */
export interface Messages {
  readonly recording: Recording
  readonly tick: Tick
  readonly second: { readonly point: Point; readonly now: Now }
}
