import type { CacheNote, Fault, Outcome, Skip, Usage } from '@holdfast/core'

/** One upstream request as the ledger tells it. Durations in milliseconds. */
export interface AttemptEntry {
  readonly callId: string
  readonly route: string
  /** Wall time of its end, in milliseconds since 1970. */
  readonly at: number
  readonly n: number
  readonly target: string
  readonly provider: string
  /** The model that was asked for. */
  readonly model: string | undefined
  /** The model that the answer names. */
  readonly servedModel: string | undefined
  readonly outcome: Outcome
  readonly fault: Fault | undefined
  /** How far it came: nothing yet, the first content, or its end. */
  readonly phase: 'dispatched' | 'committed' | 'ended'
  /** From the begin of its call; undefined where times were not taken, or the call is not known. */
  readonly startedMs: number | undefined
  /** Of streams: from the begin of the attempt. */
  readonly firstContentMs: number | undefined
  readonly durationMs: number | undefined
  /** What was billed; its `source` says how far to trust it. */
  readonly usage: Usage
  /** US dollars; undefined when nobody knows the price. */
  readonly costUsd: number | undefined
  /** It bought nothing: failed, hedged, abandoned or invalid. */
  readonly wasted: boolean
  /** It was called off and has answered since: what it was taken to cost when it was told of before. */
  readonly earlier: { readonly usage: Usage; readonly costUsd: number | undefined } | undefined
}

/** One call as the ledger tells it. Durations in milliseconds. */
export interface CallEntry {
  readonly callId: string
  readonly route: string
  /** Wall time of its end, in milliseconds since 1970. */
  readonly at: number
  /** `aborted`: the caller left, which says nothing of those who were asked. */
  readonly outcome: 'succeeded' | 'failed' | 'aborted'
  readonly fault: Fault | undefined
  /** What the caller got, untouched; for logs, never for users. */
  readonly error: unknown
  /** What the caller asked: of failures only, and only while they are told. Never to be logged as it is. */
  readonly request: unknown
  readonly durationMs: number
  /** Waiting in queues, as limits told it. */
  readonly queuedMs: number
  /** Waiting between attempts, as retry scheduled it. */
  readonly backoffMs: number
  /** Of streams: from the begin of the call. */
  readonly firstContentMs: number | undefined
  readonly attempts: readonly AttemptEntry[]
  /** How many attempts retry added. */
  readonly retries: number
  /** From which target to which, in order. */
  readonly fallbacks: readonly { readonly from: string; readonly to: string }[]
  readonly lastOption: boolean
  readonly skipped: readonly Skip[]
  readonly cache: CacheNote | undefined
  readonly degraded: boolean
  /** The attempt that answered; undefined for an answer from a cache or from `degrade`, and for failures. */
  readonly served: AttemptEntry | undefined
  /** Tokens of the attempt that served. */
  readonly usage: Usage
  /** Tokens of all attempts that were billed. */
  readonly totalUsage: Usage
  /** US dollars of all attempts whose price is known. */
  readonly costUsd: number
  /** The part of `costUsd` that bought nothing. */
  readonly wastedUsd: number
  /** The part of `costUsd` that is a guess. */
  readonly estimatedUsd: number
  /** Attempts that were billed at a price nobody knows: `costUsd` is too low by theirs. */
  readonly unpriced: number
}

/** What is known of a call beside its record; only calls that something happened to have one. */
export interface Story {
  retries: number
  backoffMs: number
  queuedMs: number
  readonly fallbacks: { readonly from: string; readonly to: string }[]
  lastOption: boolean
}

export const UNEVENTFUL: Readonly<Story> = {
  retries: 0,
  backoffMs: 0,
  queuedMs: 0,
  fallbacks: [],
  lastOption: false,
}
