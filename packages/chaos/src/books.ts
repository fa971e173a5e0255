/** What the server knows about one request that reached it. */
export interface LogEntry {
  /** Milliseconds since the server started. */
  readonly at: number
  readonly key: string
  /** Which attempt of this key it was, from 1. */
  readonly attempt: number
  readonly endpoint: string
  readonly model: string
  /** The fault that it met, `ok`, or `rejected` when the request itself made no sense. */
  readonly fault: string
  /** Null until, and unless, a status line was sent. */
  readonly status: number | null
  /** Billed input: 0 unless the model began to answer. */
  readonly inputTokens: number
  /** Billed output: what was generated, whether or not anybody read it. */
  readonly outputTokens: number
  /** Bytes of the body that were handed to the network. */
  readonly bytes: number
  /** The client left before all of the response was handed to the network; later nobody can tell. */
  readonly aborted: boolean
}

/** The sums of a log. */
export interface Stats {
  readonly requests: number
  /** Requests that met no fault. */
  readonly ok: number
  readonly aborted: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly byFault: Readonly<Record<string, number>>
  /** By status; `none` counts those that were never given one. */
  readonly byStatus: Readonly<Record<string, number>>
}

const count = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Adds up a log, or the part of one that a caller has filtered out of it. */
export const statsOf = (log: readonly LogEntry[]): Stats => ({
  requests: log.length,
  ok: log.filter((entry) => entry.fault === 'ok').length,
  aborted: log.filter((entry) => entry.aborted).length,
  inputTokens: log.reduce((sum, entry) => sum + entry.inputTokens, 0),
  outputTokens: log.reduce((sum, entry) => sum + entry.outputTokens, 0),
  byFault: count(log.map((entry) => entry.fault)),
  byStatus: count(log.map((entry) => String(entry.status ?? 'none'))),
})
