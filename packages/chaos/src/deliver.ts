import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { LogEntry } from './books.ts'
import { halves } from './halves.ts'
import type { Delivery } from './plan.ts'
import type { Rendered } from './render.ts'
import { slivers } from './split.ts'
import type { Piece } from './wires/wire.ts'

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
  /** What a stalled stream sends in between. */
  readonly ping: string
  /** The event that reports the error of an `error-event`, after so many others. */
  readonly errorEvent: (before: number) => string
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

const flush = (res: ServerResponse, data: string | Buffer, entry: OpenEntry): Promise<void> =>
  new Promise((resolve) => {
    res.write(data, (error) => {
      if (!error) entry.bytes += Buffer.byteLength(data)
      resolve()
    })
  })

/** Writes pieces, each at its time, and bills the tokens of a stream as they are generated. */
const writePieces = async (
  res: ServerResponse,
  pieces: readonly Piece[],
  { pace, stream, rendered, delivery }: Parcel,
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
    const drops = delivery.how === 'drip' ? slivers(data, delivery.bytes) : [data]
    for (const drop of drops) {
      if (delivery.how === 'drip') await wait(delivery.everyMs, signal)
      await flush(res, drop, entry)
    }
  }
}

/** Keeps silent; pings, if the delivery has any, break the silence without saying anything. */
const keepSilent = async (
  res: ServerResponse,
  { forMs, pingMs }: { readonly forMs: number; readonly pingMs: number },
  ping: string,
  entry: OpenEntry,
  signal: AbortSignal,
): Promise<void> => {
  for (let left = forMs; left > 0; left -= pingMs) {
    await wait(Math.min(left, pingMs), signal)
    if (left > pingMs) await flush(res, ping, entry)
  }
}

const sendWhole = (res: ServerResponse, { rendered }: Parcel, entry: OpenEntry): void => {
  const body = rendered.pieces.map((piece) => piece.data).join('')
  const length = Buffer.byteLength(body)
  res.writeHead(rendered.status, { ...rendered.headers, 'content-length': length })
  entry.bytes += length
  res.end(body)
}

/** Bills what an answer costs before its first byte. */
const bill = ({ rendered, inputTokens, stream }: Parcel, entry: OpenEntry): number => {
  const tokens = rendered.pieces.reduce((sum, piece) => sum + piece.tokens, 0)
  if (rendered.billed) {
    entry.inputTokens = inputTokens
    // Whoever abandons an answer that is not streamed pays for all of it.
    if (!stream) entry.outputTokens = tokens
  }
  return tokens
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

  const tokens = bill(parcel, entry)
  await wait(pace.firstMs + (stream ? 0 : tokens * pace.perTokenMs), signal)

  entry.status = rendered.status
  if (delivery.how === 'whole' && !stream) return sendWhole(res, parcel, entry)
  const [before, after] = halves(rendered.pieces, delivery, parcel.errorEvent)
  // Without a length and without chunks, only the end of the connection ends the body.
  const endless = delivery.how === 'cut' && delivery.end === 'close'
  if (endless) res.removeHeader('transfer-encoding')
  res.writeHead(rendered.status, { ...rendered.headers, ...(endless && { connection: 'close' }) })
  // The status is out even when no event follows.
  res.flushHeaders()
  await writePieces(res, before, parcel, entry, signal)
  const broken = delivery.how === 'reset' || (delivery.how === 'cut' && delivery.end === 'reset')
  // Not resetAndDestroy: a reset may overtake the bytes that the client was to see before it.
  if (broken) return void res.socket?.destroy()
  if (delivery.how === 'stalled' && !early)
    await keepSilent(res, delivery, parcel.ping, entry, signal)
  await writePieces(res, after, parcel, entry, signal)
  res.end()
}
