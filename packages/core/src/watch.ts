import type { Clock } from './clock.ts'
import { TimeoutError } from './errors.ts'
import type { AnswerStream } from './live.ts'
import type { Limit } from './within.ts'

/** How often an idle stream is looked at within its limit: one timer that is set again, not one per chunk. */
const LOOKS = 4

/** Aborts `limit` when the stream has been silent for too long, or goes on for too long: `restMs` are left of `totalMs`. */
export const watch = (
  clock: Clock,
  limit: Limit,
  stream: AnswerStream,
  idleMs: number,
  restMs: number,
  totalMs: number,
): void => {
  let beats = stream.beats
  let silent = 0
  let stopLook = (): void => {}
  const look = (): void => {
    // A consumer that does not ask gets nothing: that is no stall.
    silent = stream.beats === beats && stream.waiting ? silent + 1 : 0
    beats = stream.beats
    // One look more: the first may come right after the wait began.
    if (silent > LOOKS) limit.abort(new TimeoutError(idleMs, 'idle'))
    else stopLook = clock.after(idleMs / LOOKS, look)
  }
  if (idleMs !== Infinity) stopLook = clock.after(idleMs / LOOKS, look)
  const stopTotal = clock.after(restMs, () => limit.abort(new TimeoutError(totalMs, 'total')))
  limit.timeBy(() => {
    stopLook()
    stopTotal()
  })
}
