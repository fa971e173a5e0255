import type { ScriptedAnswers } from '../answers/answer.ts'
import type { FaultSpec } from '../faults/fault.ts'
import type { Latency } from '../latency.ts'

/** A span of time in which some faults happen. */
export interface Phase {
  /** Milliseconds since the server started. @default 0 */
  readonly fromMs?: number
  /** The first millisecond that is no longer part of it. @default never ends */
  readonly toMs?: number
  /** At most one of them meets an attempt; their probabilities add up to 1 at most. */
  readonly faults: readonly FaultSpec[]
}

/** What a provider goes through; plain data, so that it can live in a JSON file. */
export interface Scenario {
  /** The same seed gives the same faults. @default 1 */
  readonly seed?: number
  readonly name?: string
  /** Milliseconds until an answer begins: a number, or a spread. @default 0 */
  readonly latencyMs?: Latency
  /** How fast the model writes. @default as fast as the wire */
  readonly tokensPerSecond?: number
  /** They may overlap; outside of all of them the provider is healthy. */
  readonly phases: readonly Phase[]
  /** Answers to give instead of the self-checking ones. */
  readonly answers?: ScriptedAnswers
}

/** A scenario with every default filled in. */
export interface Script {
  readonly seed: number
  readonly name: string
  readonly latencyMs: Latency
  readonly tokensPerSecond: number
  readonly phases: readonly Required<Phase>[]
  readonly answers: ScriptedAnswers
}
