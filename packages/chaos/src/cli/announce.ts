import type { Stats } from '../books.ts'
import type { FaultSpec } from '../faults/fault.ts'
import type { Phase, Scenario } from '../scenario/scenario.ts'

/** Something that the terminal is told, and when; milliseconds since the server started. */
export interface Announcement {
  readonly atMs: number
  readonly line: string
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const describeFault = (spec: FaultSpec): string => {
  if (spec.fault !== 'rate-limit') {
    const only = spec.attempts === undefined ? '' : ` of the first ${spec.attempts} attempts`
    return `${spec.fault} ${Math.round((spec.probability ?? 1) * 100)} %${only}`
  }
  return spec.requestsPerSecond === undefined
    ? `rate-limit ${spec.requestsPerMinute}/min`
    : `rate-limit ${spec.requestsPerSecond}/s`
}

const isActive = ({ fromMs = 0, toMs = Infinity }: Phase, atMs: number): boolean =>
  fromMs <= atMs && atMs < toMs

/** One line for every moment at which the faults change, the first of them at 0. */
export const announcements = ({ phases }: Scenario): readonly Announcement[] => {
  const moments = new Set([
    0,
    ...phases.flatMap(({ fromMs = 0, toMs = Infinity }) => [fromMs, toMs]),
  ])
  return [...moments]
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b)
    .map((atMs) => {
      const faults = phases
        .filter((phase) => isActive(phase, atMs))
        .flatMap((phase) => phase.faults)
      return {
        atMs,
        line: `+${seconds(atMs)}  ${faults.map(describeFault).join(', ') || 'healthy'}`,
      }
    })
}

/** What the books say at the end. */
export const farewell = ({ requests, ok, byFault, inputTokens, outputTokens }: Stats): string => {
  const faults = Object.entries(byFault)
    .filter(([fault]) => fault !== 'ok')
    .map(([fault, count]) => `${count} ${fault}`)
  return `${requests} requests: ${[`${ok} ok`, ...faults].join(', ')}; billed ${inputTokens} input and ${outputTokens} output tokens.`
}
