import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { LogEntry } from './books.ts'
import type { Delivery } from './plan.ts'
import type { Rendered } from './render.ts'
import { garble, splitAt } from './split.ts'
import { quiet, type Piece } from './wires/wire.ts'

/** When a response begins, and how long each of its tokens takes; milliseconds. */
interface Pace {
  readonly firstMs: number
  readonly perTokenMs: number
}

/** All that sending one response needs. */
export interface Parcel {
  readonly rendered: Rendered
  readonly delivery: Delivery
  readonly pace: Pace
  readonly inputTokens: number
  readonly stream: boolean
  /** The event that reports the error of an `error-event`. */
  readonly errorEvent: string
}

/** A log entry while its response is on the way. */
export type OpenEntry = { -readonly [K in keyof LogEntry]: LogEntry[K] }

/** A timer cannot hold more than 2^31-1 ms: what is longer waits for the client to leave. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1

/** Waits, and throws when the client leaves or the server closes. */
const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted()
  if (ms > LONGEST_TIMER_MS) {
    await once(signal, 'abort')
    signal.throwIfAborted()
  } else if (ms >= 1) await sleep(ms, undefined, { signal })
}

const flush = (res: ServerResponse, data: string): Promise<void> =>
  new Promise((resolve) => {
    res.write(data, () => resolve())
  })

/** Writes pieces, each at its time, and bills the tokens of a stream as they are generated. */
const writePieces = async (
  res: ServerResponse,
  pieces: readonly Piece[],
  { pace, stream, rendered }: Parcel,
  entry: OpenEntry,
  signal: AbortSignal,
): Promise<void> => {
  let due = performance.now()
  for (const { data, tokens } of pieces) {
    if (stream) {
      // Due times, not delays: timers that fire late must not slow the whole stream down.
      due += tokens * pace.perTokenMs
      await wait(due - performance.now(), signal)
      if (rendered.billed) entry.outputTokens += tokens
    }
    await flush(res, data)
  }
}

/** What goes out before the turning point of a delivery, and what would have gone out after it. */
const halves = ({ rendered, delivery, errorEvent }: Parcel): readonly [Piece[], Piece[]] => {
  const pieces = [...rendered.pieces]
  if (delivery.how === 'garbled') return [garble(pieces), []]
  if (delivery.how === 'error-event')
    return [[...splitAt(pieces, delivery.after)[0], quiet(errorEvent)], []]
  const turns = delivery.how === 'cut' || ('at' in delivery && delivery.at === 'body')
  return turns ? splitAt(pieces, 0.5) : [pieces, []]
}

/**
 * Sends a response as its delivery says.
 *
 * @throws the signal's reason when the client leaves; the entry then holds what is billed.
 */
export const deliver = async (
  res: ServerResponse,
  parcel: Parcel,
  entry: OpenEntry,
  signal: AbortSignal,
): Promise<void> => {
  const { rendered, delivery, pace, stream } = parcel
  const early = 'at' in delivery && delivery.at === 'headers'
  // A hang or a reset before the headers: nothing was generated, so nothing is billed.
  if (early && delivery.how === 'reset') return void res.socket?.resetAndDestroy()
  if (early && delivery.how === 'stalled') await wait(delivery.forMs, signal)

  const tokens = rendered.pieces.reduce((sum, piece) => sum + piece.tokens, 0)
  if (rendered.billed) {
    entry.inputTokens = parcel.inputTokens
    // Whoever abandons an answer that is not streamed pays for all of it.
    if (!stream) entry.outputTokens = tokens
  }
  await wait(pace.firstMs + (stream ? 0 : tokens * pace.perTokenMs), signal)

  const [before, after] = halves(parcel)
  entry.status = rendered.status
  if (delivery.how === 'whole' && !stream) {
    const body = before.map((piece) => piece.data).join('')
    res.writeHead(rendered.status, {
      ...rendered.headers,
      'content-length': Buffer.byteLength(body),
    })
    res.end(body)
    return
  }
  res.writeHead(rendered.status, rendered.headers)
  await writePieces(res, before, parcel, entry, signal)
  // Not resetAndDestroy: a reset may overtake the bytes that the client was to see before it.
  if (delivery.how === 'reset') return void res.socket?.destroy()
  if (delivery.how === 'stalled' && delivery.at === 'body') await wait(delivery.forMs, signal)
  if (delivery.how !== 'cut') await writePieces(res, after, parcel, entry, signal)
  res.end()
}
