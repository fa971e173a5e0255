import { builtInAnswerer, toCompletion, type Answerer } from './answers/answer.ts'
import { limitTokens } from './completion.ts'
import type { OpenEntry } from './deliver.ts'
import { decideFate, type Buckets, type Fate } from './fate.ts'
import type { FaultSpec } from './faults/fault.ts'
import type { ChaosRequest } from './request.ts'
import type { Script } from './scenario/scenario.ts'
import { tokenBucket, type TokenBucket } from './token-bucket.ts'

/** A scenario being played: its clock, its books, its counters. A restart is a new one of these. */
export interface Play {
  readonly script: Script
  /** Milliseconds since the curtain rose. */
  readonly now: () => number
  readonly log: OpenEntry[]
  /** Opens the entry of a request that a wire could read, and decides its fate. */
  readonly admit: (request: ChaosRequest) => { readonly entry: OpenEntry; readonly fate: Fate }
}

const bucketsOf = (script: Script): Buckets => {
  const buckets = new Map<FaultSpec, TokenBucket>()
  for (const spec of script.phases.flatMap((phase) => phase.faults)) {
    if (spec.fault !== 'rate-limit') continue
    const perSecond = spec.requestsPerSecond ?? (spec.requestsPerMinute ?? 60) / 60
    buckets.set(spec, tokenBucket(perSecond, spec.burst ?? Math.max(1, perSecond)))
  }
  return buckets
}

/** Raises the curtain. */
export const startPlay = (
  script: Script,
  keyOf: (request: ChaosRequest) => string,
  answer: Answerer = builtInAnswerer(script.answers),
): Play => {
  const start = performance.now()
  const now = (): number => performance.now() - start
  const log: OpenEntry[] = []
  const attempts = new Map<string, number>()
  const buckets = bucketsOf(script)
  return {
    script,
    now,
    log,
    admit: (request) => {
      // Read once: the books must show the very moment by which the fate was decided.
      const at = now()
      const key = keyOf(request)
      const number = (attempts.get(key) ?? 0) + 1
      attempts.set(key, number)
      const completion = limitTokens(toCompletion(answer(request, number)), request.maxTokens)
      const fate = decideFate(
        script,
        buckets,
        { request, key, number, atMs: at },
        {
          reply: { kind: 'answer', completion },
          delivery: { how: 'whole' },
          factor: 1,
          delayMs: 0,
          withoutUsage: false,
        },
      )
      const { endpoint, model } = request
      const entry = openEntry({
        at,
        key,
        attempt: number,
        endpoint,
        model,
        fault: fate.fault,
      })
      log.push(entry)
      return { entry, fate }
    },
  }
}

/** An entry of which nothing has been sent yet. */
export const openEntry = (
  known: Pick<OpenEntry, 'at' | 'key' | 'attempt' | 'endpoint' | 'model' | 'fault'>,
): OpenEntry => ({
  ...known,
  status: null,
  inputTokens: 0,
  outputTokens: 0,
  bytes: 0,
  aborted: false,
})
