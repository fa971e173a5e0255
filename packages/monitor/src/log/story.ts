import type { AttemptEntry, CallEntry } from '../entry.ts'

/** 850 → "850 ms", 12_345 → "12.3 s". */
const duration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`

const nameOf = ({ target, provider, model }: AttemptEntry): string =>
  target.includes('/') || model === undefined ? target : `${provider}/${model}`

const why = ({ outcome, fault, durationMs }: AttemptEntry): string => {
  const after = durationMs === undefined ? '' : ` after ${duration(durationMs)}`
  if (fault === undefined) return `${outcome}${after}`
  return `${fault.kind}${fault.status === undefined ? '' : ` ${fault.status}`}${after}`
}

/** `3 × ` for what happened three times in a row. */
const grouped = (lines: readonly string[]): string[] => {
  const groups: { line: string; times: number }[] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (last?.line === line) last.times++
    else groups.push({ line, times: 1 })
  }
  return groups.map(({ line, times }) => (times === 1 ? line : `${times} × ${line}`))
}

const ending = (call: CallEntry): string => {
  if (call.degraded) return 'a stand-in was served'
  if (call.outcome === 'aborted') return 'the caller left'
  if (call.outcome === 'failed') return `gave up: ${call.fault?.kind ?? 'unknown'}`
  if (call.cache?.status === 'stale')
    return `an answer of ${duration(call.cache.ageMs)} ago was served`
  if (call.served === undefined)
    return call.cache === undefined ? 'answered without a request' : 'served from the cache'
  return `${nameOf(call.served)} served`
}

/** What was tried, why it failed, who served: one line for a person. It quotes no provider and no prompt. */
export const storyOf = (call: CallEntry): string => {
  const tried = call.attempts
    .filter((attempt) => attempt.n !== call.served?.n)
    .map((attempt) => `${nameOf(attempt)} ${why(attempt)}`)
  const skipped = call.skipped.map(({ target, reason }) => `${target} skipped (${reason})`)
  const waited = call.backoffMs > 0 ? [`waited ${duration(call.backoffMs)}`] : []
  const steps = [...grouped(tried), ...skipped, ...waited, ending(call)]
  return `${call.route} ${call.outcome} after ${duration(call.durationMs)}: ${steps.join(', ')}`
}
