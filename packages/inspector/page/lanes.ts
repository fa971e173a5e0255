import type { SeenAttempt, SeenCall } from '../src/seen.ts'

/** How a lane is drawn. */
export type Look = 'served' | 'invalid' | 'failed' | 'dropped' | 'pending' | 'wait'

/** One line of a waterfall. Milliseconds from the begin of the call. */
export interface Lane {
  readonly look: Look
  readonly fromMs: number
  readonly toMs: number
  /** Of streams: when the first content came. */
  readonly contentMs: number | undefined
  readonly attempt: SeenAttempt | undefined
  readonly text: string
}

const lookOf = (attempt: SeenAttempt, served: number | undefined): Look => {
  if (attempt.outcome === 'pending') return 'pending'
  if (attempt.outcome === 'discarded' || attempt.fault?.kind === 'aborted') return 'dropped'
  if (attempt.outcome === 'failed') return 'failed'
  return attempt.n === served ? 'served' : 'invalid'
}

const attemptLane = (attempt: SeenAttempt, call: SeenCall): Lane => {
  const fromMs = attempt.startedMs ?? 0
  const { durationMs, firstContentMs } = attempt
  return {
    look: lookOf(attempt, call.served),
    fromMs,
    // Without an end it still runs: at least until the call was over.
    toMs: durationMs === undefined ? Math.max(fromMs, call.durationMs) : fromMs + durationMs,
    contentMs: firstContentMs === undefined ? undefined : fromMs + firstContentMs,
    attempt,
    text: '',
  }
}

/** Below this a wait is not to be seen, and not worth a line. */
const VISIBLE_MS = 1

const waits = (call: SeenCall): Lane[] => {
  const told = call.marks.flatMap((mark): Lane[] =>
    mark.lastsMs === undefined || mark.lastsMs < VISIBLE_MS
      ? []
      : [
          {
            look: 'wait',
            fromMs: mark.atMs,
            // The wait that was planned may have been cut short by the deadline.
            toMs: Math.min(mark.atMs + mark.lastsMs, Math.max(mark.atMs, call.durationMs)),
            contentMs: undefined,
            attempt: undefined,
            text: mark.text,
          },
        ],
  )
  const queued = told.some(({ fromMs }) => fromMs < call.queuedMs)
  if (queued || call.queuedMs < 5) return told
  const lane = { look: 'wait', fromMs: 0, toMs: call.queuedMs, contentMs: undefined } as const
  return [{ ...lane, attempt: undefined, text: 'before the first attempt' }, ...told]
}

/** Attempts and waits of a call, in order of their begin, and how long the picture is. */
export const lanesOf = (
  call: SeenCall,
): { readonly lanes: readonly Lane[]; readonly totalMs: number } => {
  const attempts = call.attempts.map((attempt) => attemptLane(attempt, call))
  const lanes = [...attempts, ...waits(call)].toSorted(
    (a, b) => a.fromMs - b.fromMs || (a.attempt?.n ?? 0) - (b.attempt?.n ?? 0),
  )
  const totalMs = Math.max(1, call.durationMs, ...lanes.map(({ toMs }) => toMs))
  return { lanes, totalMs }
}

/** Round times for an axis: at most `most` of them. */
export const ticksOf = (totalMs: number, most: number): readonly number[] => {
  const rough = totalMs / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step)
}
